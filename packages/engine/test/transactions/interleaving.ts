import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HeliosError, type TransactionOperation } from "@heliosdb/port";
import Database from "better-sqlite3";
import fc from "fast-check";
import { BranchBusy } from "../../src/index.js";
import { plain } from "../support/plain.js";
import type { TestDatabase } from "../support/test-database.js";

const SCHEMA = [
  "CREATE TABLE ints (id INTEGER PRIMARY KEY, a, b)",
  "CREATE TABLE texts (name TEXT PRIMARY KEY COLLATE NOCASE, a) WITHOUT ROWID",
  "CREATE TABLE loose (v, w UNIQUE)",
  "CREATE TABLE child (id INTEGER PRIMARY KEY, p REFERENCES ints ON DELETE CASCADE ON UPDATE CASCADE)",
  "CREATE TRIGGER tr AFTER UPDATE OF b ON ints BEGIN INSERT OR REPLACE INTO texts VALUES ('t' || new.id, new.b); END",
  "INSERT INTO ints VALUES (1, 1, 1), (2, 2, 2), (3, 3, 3)",
  "INSERT INTO texts VALUES ('a', 1), ('b', 2)",
  "INSERT INTO loose VALUES (1, 1), (2, 2)",
  "INSERT INTO child VALUES (1, 1), (2, 2)",
];
const TABLES = ["ints", "texts", "loose", "child", "extra"];

const STATEMENTS: readonly ((key: number, value: number) => string)[] = [
  (key, value) => `INSERT INTO ints (id, a) VALUES (${key}, ${value})`,
  (_, value) => `INSERT INTO ints (a, b) VALUES (${value}, 0)`,
  (key, value) => `INSERT OR REPLACE INTO ints (id, a, b) VALUES (${key}, ${value}, ${key})`,
  (key, value) => `UPDATE ints SET a = ${value} WHERE id >= ${key}`,
  (key, value) => `UPDATE ints SET b = ${value} WHERE id = ${key}`,
  (key, value) => `UPDATE OR REPLACE ints SET id = ${value} WHERE id = ${key}`,
  (key) => `DELETE FROM ints WHERE id = ${key}`,
  (key, value) => `INSERT INTO texts VALUES ('${"aAbB"[key % 4]}', ${value}) ON CONFLICT DO UPDATE SET a = excluded.a`,
  (key) => `DELETE FROM texts WHERE a = ${key}`,
  (key, value) => `INSERT INTO loose VALUES (${value}, ${key})`,
  (key, value) => `REPLACE INTO loose VALUES (${value}, ${key})`,
  (key, value) => `UPDATE OR IGNORE loose SET w = ${value} WHERE v = ${key}`,
  () => "DELETE FROM loose",
  (key) => `INSERT INTO child (p) VALUES (${key})`,
  (key, value) => `INSERT INTO child (p) SELECT ${key} WHERE ${value} > 1 RETURNING id`,
  () => "CREATE TABLE extra (x, y)",
  (key, value) => `INSERT INTO extra SELECT a, ${key} FROM ints WHERE id > ${value}`,
  () => "DROP TABLE extra",
  () => "ALTER TABLE extra RENAME COLUMN x TO z",
  (_, value) => `ALTER TABLE ints ADD COLUMN c${value} DEFAULT ${value}`,
  () => "ALTER TABLE ints DROP COLUMN b",
  () => "ALTER TABLE ints DROP COLUMN c1",
  () => "CREATE TABLE fresh (v, w UNIQUE)",
  () => "INSERT INTO fresh SELECT * FROM loose",
  () => "DROP TABLE loose",
  () => "ALTER TABLE fresh RENAME TO loose",
  () => "DROP TABLE texts",
  () => "INSERT OR ROLLBACK INTO ints (id) VALUES (1)",
];

interface Step {
  readonly kind: (typeof KINDS)[number];
  readonly branch: number;
  readonly other: number;
  readonly statement: number;
  readonly key: number;
  readonly value: number;
}

const KINDS = [
  ...Array<"inside">(14).fill("inside"),
  ...Array<"outside">(6).fill("outside"),
  ...Array<"begin">(4).fill("begin"),
  ...Array<"commit">(3).fill("commit"),
  ...(["batch", "batch", "roll back", "savepoint", "savepoint", "to savepoint", "to savepoint", "release"] as const),
  ...(["branch", "merge", "restore", "maintain", "reopen"] as const),
] as const;

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...KINDS),
    branch: fc.nat(3),
    other: fc.nat(3),
    statement: fc.nat(STATEMENTS.length - 1),
    key: fc.nat(5),
    value: fc.nat(4),
  }),
  { minLength: 10, maxLength: 60, size: "max" },
);

type Dump = Record<string, unknown>;

/** A branch beside a plain SQLite file that gets the same statements. */
interface Twin {
  name: string;
  db: Database.Database;
  /** The file as it was at the last commit. */
  committed: Buffer;
  transaction: string | null;
}

/** Plays steps on a database and on plain files, and compares what both say. */
export class Interleaving {
  private readonly twins: Twin[] = [];
  private readonly known = new Map<number, Map<string, Dump>>();
  private ids = 0;
  states = 0;

  constructor(private readonly db: TestDatabase) {
    for (const sql of SCHEMA) db.execute("main", sql);
    const file = plainFile();
    file.exec(SCHEMA.join(";"));
    this.twins.push({ name: "main", db: file, committed: file.serialize(), transaction: null });
    // Two with files of their own, so that a transaction in one does not keep the others from being written.
    for (const name of ["b1", "b2"]) {
      this.branch(this.twins[0]!);
      this.outside(this.twins.find((twin) => twin.name === name)!, "INSERT INTO loose VALUES (9, 9)");
    }
  }

  play(step: Step): void {
    const twin = this.pick(step);
    const sql = STATEMENTS[step.statement]!(step.key, step.value);
    switch (step.kind) {
      case "begin":
        this.begin(twin);
        break;
      case "inside":
        this.inside(twin, [sql]);
        break;
      case "batch":
        this.inside(twin, [sql, STATEMENTS[(step.statement + step.key) % STATEMENTS.length]!(step.value, step.key)]);
        break;
      case "outside":
        this.outside(twin, sql);
        break;
      case "commit":
      case "roll back":
        this.end(twin, step.kind);
        break;
      case "savepoint":
        this.inside(twin, [`SAVEPOINT s${step.key % 2}`]);
        break;
      case "to savepoint":
        this.inside(twin, [`ROLLBACK TO s${step.key % 2}`]);
        break;
      case "release":
        this.inside(twin, [`RELEASE s${step.key % 2}`]);
        break;
      case "branch":
        this.branch(twin);
        break;
      case "merge":
        this.merge(twin, this.twins[step.other % this.twins.length]!);
        break;
      case "restore":
        this.restore(twin, step.value);
        break;
      case "maintain":
        this.db.maintain();
        break;
      case "reopen":
        this.reopen();
        break;
    }
  }

  /** Steps of a transaction are for a branch that has one, if any has. */
  private pick({ kind, branch }: Step): Twin {
    const isAnywhere = ["outside", "branch", "merge", "restore", "maintain", "reopen"].includes(kind);
    const fit = this.twins.filter(({ transaction }) => isAnywhere || (transaction !== null) === (kind !== "begin"));
    const among = fit.length === 0 ? this.twins : fit;
    return among[branch % among.length]!;
  }

  private begin(twin: Twin): void {
    const id = `t${this.ids++}`;
    const begin = () => this.db.control({ op: "openTransaction", request: { branch: twin.name, id } });
    if (twin.transaction !== null) assert.throws(begin, BranchBusy);
    if (twin.transaction !== null || this.isBusy(begin)) return;
    twin.transaction = id;
    twin.db.exec("BEGIN");
  }

  private inside(twin: Twin, statements: readonly string[]): void {
    const { transaction } = twin;
    if (transaction === null) return;
    const request = { branch: twin.name, author: "x", statements: statements.map((sql) => ({ sql })) };
    const mine = outcome(() => this.db.writer.inTransaction(transaction, { op: "execute", request }));
    const theirs = outcome(() => atomically(twin.db, statements));
    assert.deepEqual([statements, mine.failed], [statements, theirs.failed]);
    if (!twin.db.inTransaction) {
      assert.equal(mine.code, "TRANSACTION_ABORTED");
      this.lost(twin);
      return;
    }
    assert.notEqual(mine.code, "TRANSACTION_ABORTED");
    this.compareInside(twin);
    this.compareOutside();
  }

  private outside(twin: Twin, sql: string): void {
    if (twin.transaction !== null) {
      assert.throws(() => this.db.execute(twin.name, sql), BranchBusy);
      return;
    }
    let busy = false;
    const mine = outcome(() => {
      busy = this.isBusy(() => this.db.execute(twin.name, sql));
    });
    if (busy) return;
    const theirs = outcome(() => atomically(twin.db, [sql]));
    assert.deepEqual([sql, mine.failed], [sql, theirs.failed]);
    twin.committed = twin.db.serialize();
    this.note();
  }

  private end(twin: Twin, how: "commit" | "roll back"): void {
    if (twin.transaction === null) return;
    const end = how === "commit" ? ({ end: how, author: "x", message: null } as const) : ({ end: how } as const);
    this.db.writer.endTransaction(twin.transaction, end);
    twin.db.exec(how === "commit" ? "COMMIT" : "ROLLBACK");
    twin.transaction = null;
    twin.committed = twin.db.serialize();
    this.note();
  }

  private branch(parent: Twin): void {
    if (this.twins.length === 4) return;
    const name = `b${this.twins.length}`;
    this.db.branch(name, parent.name);
    const db = plainFile(parent.committed);
    this.twins.push({ name, db, committed: parent.committed, transaction: null });
    this.note();
  }

  private merge(source: Twin, target: Twin): void {
    if (source === target) return;
    const merge = () => this.db.merge(source.name, target.name);
    // One that brings nothing does not look at its target's file.
    const { failed } = outcome(() => this.isBusy(merge));
    // What a merge makes of two branches is proved elsewhere; here its result is where the plain file goes on.
    if (!failed && target.transaction === null) this.adopt(target);
  }

  private restore(twin: Twin, back: number): void {
    if (twin.transaction !== null) return;
    const scns = [...this.known.keys()].filter((scn) => this.known.get(scn)!.has(twin.name));
    const scn = scns[Math.max(0, scns.length - 1 - back)]!;
    if (outcome(() => this.isBusy(() => this.db.restore(twin.name, { kind: "scn", scn }))).failed) return;
    this.adopt(twin);
    assert.deepEqual(dumpOf(twin.db), this.known.get(scn)!.get(twin.name));
  }

  private adopt(twin: Twin): void {
    const path = this.db.export(twin.name);
    twin.committed = readFileSync(path);
    rmSync(path);
    twin.db.close();
    twin.db = plainFile(twin.committed);
    this.note();
  }

  /** As after a crash: what was open is gone. */
  private reopen(): void {
    this.db.reopen();
    for (const twin of this.twins) if (twin.transaction !== null) this.lost(twin);
    this.compareOutside();
  }

  private lost(twin: Twin): void {
    const id = twin.transaction!;
    twin.transaction = null;
    twin.db.close();
    twin.db = plainFile(twin.committed);
    const operation: TransactionOperation = { op: "query", request: { branch: twin.name, sql: "SELECT 1" } };
    assert.equal(outcome(() => this.db.writer.inTransaction(id, operation)).code, "TRANSACTION_LOST");
  }

  /** True if the clone that a first write needs is of a file in which a transaction is open. */
  private isBusy(call: () => unknown): boolean {
    try {
      call();
      return false;
    } catch (error) {
      if (!(error instanceof BranchBusy)) throw error;
      assert.equal(
        this.twins.some(({ transaction }) => transaction !== null),
        true,
      );
      return true;
    }
  }

  private compareInside(twin: Twin): void {
    for (const table of TABLES) {
      const sql = `SELECT * FROM ${table}`;
      const mine = outcome(() => {
        const request = { branch: twin.name, sql };
        return plain(this.db.writer.inTransaction(twin.transaction!, { op: "query", request })).rows;
      });
      assert.deepEqual([table, sorted(mine.value)], [table, dumpOf(twin.db)[table] ?? null]);
    }
  }

  private compareOutside(): void {
    for (const { name, committed } of this.twins) {
      const file = plainFile(committed);
      assert.deepEqual([name, this.state(name)], [name, dumpOf(file)]);
      file.close();
    }
  }

  /** Every branch as it is now belongs to the newest SCN. */
  private note(): void {
    this.compareOutside();
    const scn = Math.max(...this.twins.map(({ name }) => this.db.info(name).headScn));
    const states = new Map<string, Dump>();
    for (const { name } of this.twins) states.set(name, this.state(name));
    this.known.set(scn, states);
  }

  private state(name: string, scn?: number): Dump {
    const entries = TABLES.map((table) => {
      const at = scn === undefined ? undefined : ({ kind: "scn", scn } as const);
      const { value } = outcome(() => this.db.rows(name, `SELECT * FROM ${table}`, at));
      return [table, sorted(value)] as const;
    });
    return Object.fromEntries(entries.filter(([, rows]) => rows !== null));
  }

  /** Everything that a branch file has by SCN belongs to a commit that it has. */
  private checkNumbers(name: string): void {
    const { file } = this.db.place(name, { kind: "now" });
    const db = new Database(join(this.db.directory, "branches", `${file}.db`), { readonly: true });
    const all = (sql: string) => db.prepare(sql).pluck().all();
    const commits = new Set(all("SELECT scn FROM _helios_commits"));
    const logs = all(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_helios\\_log\\_%' ESCAPE '\\'",
    );
    const sources = [...logs, "_helios_marks", "_helios_schema"].map((table) => `SELECT scn FROM "${table}"`);
    const tables = ["created", "dropped"].map(
      (column) => `SELECT ${column} FROM _helios_tables WHERE ${column} NOT NULL`,
    );
    for (const sql of [...sources, ...tables]) {
      assert.deepEqual([sql, all(sql).filter((scn) => !commits.has(scn))], [sql, []]);
    }
    db.close();
  }

  /** Every branch at every SCN at which it was looked at. */
  checkPast(): void {
    for (const twin of this.twins) this.end(twin, "commit");
    for (const { name } of this.twins) this.checkNumbers(name);
    for (const [scn, states] of this.known) {
      for (const [name, state] of states) {
        assert.deepEqual([name, scn, this.state(name, scn)], [name, scn, state]);
        this.states++;
      }
    }
    for (const { db } of this.twins) db.close();
  }
}

function plainFile(from?: Buffer): Database.Database {
  const db = from ? new Database(Buffer.from(from)) : new Database(":memory:");
  db.pragma("foreign_keys = ON");
  return db;
}

function dumpOf(db: Database.Database): Dump {
  const entries = TABLES.map((table) => {
    const { value } = outcome(() => db.prepare(`SELECT * FROM ${table}`).raw().all());
    return [table, sorted(value)] as const;
  });
  return Object.fromEntries(entries.filter(([, rows]) => rows !== null));
}

function sorted(rows: unknown): string[] | null {
  return rows === undefined ? null : (rows as unknown[]).map((row) => JSON.stringify(row)).sort();
}

/** All statements or none, as the engine runs a batch; a savepoint statement stands alone. */
function atomically(db: Database.Database, statements: readonly string[]): void {
  const [only] = statements;
  if (statements.length === 1 && /^(SAVEPOINT|ROLLBACK|RELEASE)/.test(only!)) {
    db.exec(only!);
    return;
  }
  // Where no statement can change what the next one finds, what can't be compiled is refused before anything has run.
  if (statements.every((sql) => /^(INSERT|REPLACE|UPDATE|DELETE)/.test(sql)))
    for (const sql of statements) db.prepare(sql);
  db.exec("SAVEPOINT member");
  try {
    for (const sql of statements) db.exec(sql);
    db.exec("RELEASE member");
  } catch (error) {
    if (db.inTransaction) db.exec("ROLLBACK TO member; RELEASE member");
    throw error;
  }
}

interface Outcome {
  readonly failed: boolean;
  readonly code?: string;
  readonly value?: unknown;
}

function outcome(call: () => unknown): Outcome {
  try {
    return { failed: false, value: call() };
  } catch (error) {
    if (error instanceof HeliosError) return { failed: true, code: error.code };
    if ((error as Error).name === "SqliteError") return { failed: true };
    throw error;
  }
}
