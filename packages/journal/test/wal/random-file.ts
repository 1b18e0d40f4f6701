import { rmSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import fc from "fast-check";
import { memoryFolder } from "../../../engine/test/support/memory-folder.js";
import { type Operations, WalReader } from "../../src/index.js";

/** A step on a file in WAL mode. Numbers choose among what there is. */
export type Step =
  | { readonly do: "insert"; readonly rows: number; readonly bytes: number }
  | { readonly do: "update"; readonly every: number }
  | { readonly do: "delete"; readonly every: number }
  | {
      readonly do: "table" | "drop" | "begin" | "commit" | "roll back" | "checkpoint" | "reopen" | "collect" | "vacuum";
    }
  | { readonly do: "savepoint" | "to savepoint" | "release" }
  | { readonly do: "read"; readonly held: boolean };

export const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.record({ do: fc.constant("insert" as const), rows: fc.nat(30), bytes: fc.nat(900) }) },
    { weight: 5, arbitrary: fc.record({ do: fc.constant("update" as const), every: fc.integer({ min: 1, max: 9 }) }) },
    { weight: 3, arbitrary: fc.record({ do: fc.constant("delete" as const), every: fc.integer({ min: 2, max: 9 }) }) },
    {
      weight: 14,
      arbitrary: fc
        .constantFrom(
          ...(["table", "drop", "begin", "begin", "commit", "roll back", "roll back", "checkpoint", "reopen"] as const),
          ...(["collect", "collect", "collect", "vacuum", "savepoint", "to savepoint", "release"] as const),
        )
        .map((what) => ({ do: what })),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant("read" as const), held: fc.boolean() }) },
  ),
  { minLength: 10, maxLength: 80, size: "max" },
);

/** Plays steps on a file whose cache is so small that pages reach the log before they are committed. */
export class RandomFile {
  readonly folder = memoryFolder("helios-wal-");
  readonly path = join(this.folder, "meta.db");
  readonly log = new WalReader(`${this.path}-wal`);
  /** What was collected, as the entries of a log. */
  readonly entries: Operations[] = [[{ do: "made", file: "meta.db" }]];
  private db = this.open();
  private reader: Database.Database | null = null;
  private random = 1;
  /** Collections in the middle of a transaction that has written pages to the log. */
  spilled = 0;

  constructor(pageSize: number) {
    this.db.pragma(`page_size = ${pageSize}`);
    this.db.pragma("journal_mode = WAL");
    this.db.pragma("user_version = 0");
    this.db.exec("CREATE TABLE t0 (id INTEGER PRIMARY KEY, v BLOB); CREATE INDEX i0 ON t0 (v)");
  }

  play(step: Step): void {
    try {
      this.try(step);
    } catch (error) {
      // "no such savepoint", "cannot start a transaction within a transaction" and the like: nothing has happened.
      if ((error as { code?: string }).code !== "SQLITE_ERROR") throw error;
    }
  }

  /** The committed state, as SQLite shows it to others. */
  dump(): unknown {
    const other = new Database(this.path, { readonly: true });
    try {
      return dumpOf(other);
    } finally {
      other.close();
    }
  }

  collect(): void {
    const pages = this.log.collect();
    if (this.db.inTransaction && pages === null && this.log.hasMore(() => Number.POSITIVE_INFINITY)) this.spilled++;
    if (!pages) return;
    const { pageSize, size, numbers } = pages;
    // The log may begin anew before the entry is used.
    const kept = new Map(numbers.map((number) => [number, Uint8Array.from(pages.read(number))]));
    const operation = { do: "pages", file: "meta.db", pageSize, size } as const;
    this.entries.push([{ ...operation, pages: { numbers, read: (number) => kept.get(number)! } }]);
  }

  /** The file after everything was moved into it; `shrinks`: it is shorter at the end than before. */
  close(shrinks: boolean): void {
    this.reader?.close();
    if (this.db.inTransaction) this.db.exec("ROLLBACK");
    this.collect();
    if (shrinks) this.db.exec("DELETE FROM t0 WHERE id % 2 = 0; VACUUM");
    this.collect();
    this.log.allowNewRound();
    this.db.close();
    this.log.close();
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private try(step: Step): void {
    const { db } = this;
    switch (step.do) {
      case "insert":
        db.prepare(
          "WITH n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < ?) INSERT INTO t0 (v) SELECT zeroblob(?) || x || ? FROM n",
        ).run(step.rows, step.bytes, this.next());
        break;
      case "update":
        db.prepare("UPDATE t0 SET v = v || ? WHERE id % ? = 0").run(this.next(), step.every);
        break;
      case "delete":
        db.prepare("DELETE FROM t0 WHERE id % ? = 1").run(step.every);
        break;
      case "table":
        db.exec(`CREATE TABLE t${this.next()} AS SELECT * FROM t0`);
        break;
      case "drop":
        this.drop();
        break;
      case "begin":
        db.exec("BEGIN");
        break;
      case "commit":
        db.exec("COMMIT");
        break;
      case "roll back":
        db.exec("ROLLBACK");
        break;
      case "savepoint":
        db.exec("SAVEPOINT s");
        break;
      case "to savepoint":
        db.exec("ROLLBACK TO s");
        break;
      case "release":
        db.exec("RELEASE s");
        break;
      case "vacuum":
        db.exec("VACUUM");
        break;
      case "collect":
        this.collect();
        break;
      case "checkpoint":
        if (db.inTransaction) return;
        this.collect();
        this.log.allowNewRound();
        db.pragma(`wal_checkpoint(${["PASSIVE", "RESTART", "TRUNCATE"][this.next() % 3]})`);
        break;
      case "reopen":
        if (db.inTransaction) return;
        this.collect();
        this.log.allowNewRound();
        db.close();
        this.log.close();
        this.db = this.open();
        break;
      case "read":
        this.reader?.close();
        this.reader = null;
        if (!step.held) return;
        this.reader = new Database(this.path, { readonly: true });
        this.reader.exec("BEGIN");
        this.reader.prepare("SELECT count(*) FROM t0").get();
        break;
    }
  }

  private drop(): void {
    const sql = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name <> 't0' ORDER BY name LIMIT 1";
    const name = this.db.prepare(sql).pluck().get() as string | undefined;
    if (name !== undefined) this.db.exec(`DROP TABLE ${name}`);
  }

  private open(): Database.Database {
    const db = new Database(this.path, { timeout: 0 });
    db.pragma("wal_autocheckpoint = 0");
    db.pragma("cache_size = 5");
    return db;
  }

  private next(): number {
    this.random = (this.random * 48271) % 2147483647;
    return this.random;
  }
}

/** Every table's rows, and what SQLite says of the file. */
export function dumpOf(db: Database.Database): unknown {
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
  return {
    integrity: db.pragma("integrity_check", { simple: true }),
    tables: tables.map((name) => [name, db.prepare(`SELECT * FROM ${name}`).raw().all()]),
  };
}
