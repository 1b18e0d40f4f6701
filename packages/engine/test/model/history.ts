import { HeliosError, type MergeRequest, type PointInTime } from "@heliosdb/port";
import fc from "fast-check";
import { TestDatabase } from "../support/test-database.js";
import { MergeModel, type ModelCommit, type Rows } from "./merge-model.js";
import { Reference, UNREADABLE, type WholeState } from "./reference.js";
import { SCHEMA, TABLES } from "./schema.js";

/** One step of a history. Numbers choose among what there is at the time, so that any part of a history is one. */
export type Step =
  | { readonly do: "write"; readonly branch: number; readonly statements: readonly WriteStep[] }
  | { readonly do: "branch"; readonly parent: number; readonly past: number | null }
  | {
      readonly do: "merge";
      readonly source: number;
      readonly target: number;
      readonly strategy: MergeRequest["strategy"];
    }
  | { readonly do: "reopen" };

export interface WriteStep {
  readonly kind: number;
  readonly key: number;
  readonly other: number;
}

/** How many kinds of statements change the schema. */
const DDL_KINDS = 17;

const write = fc.record({ kind: fc.nat(31), key: fc.nat(7), other: fc.nat(7) });

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      branch: fc.nat(9),
      statements: fc.array(write, { minLength: 1, maxLength: 3 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("branch" as const),
      parent: fc.nat(9),
      past: fc.option(fc.nat(50), { freq: 2 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("merge" as const),
      source: fc.nat(9),
      target: fc.nat(9),
      strategy: fc.constantFrom("auto" as const, "source" as const, "target" as const, "manual" as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
);

interface ModelBranch {
  readonly name: string;
  readonly reference: Reference;
  head: number;
  /** SCNs of its lineage that can be read, oldest first. */
  readonly lineage: number[];
}

/** Steps with changes to the schema, without merges: the model's merge knows one schema only. */
export const schemaStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant("write" as const),
      branch: fc.nat(9),
      statements: fc.array(fc.record({ kind: fc.nat(31 + DDL_KINDS), key: fc.nat(7), other: fc.nat(7) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("branch" as const),
      parent: fc.nat(9),
      past: fc.option(fc.nat(50), { freq: 3 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("reopen" as const) }) },
);

const MAX_BRANCHES = 6;

/** Plays steps on the engine and on the model side by side, and compares them. */
export class History {
  readonly database = new TestDatabase();
  private readonly commits = new Map<number, ModelCommit>();
  private readonly images = new Map<number, Buffer>();
  private readonly states = new Map<number, WholeState>();
  private readonly branches: ModelBranch[] = [];
  private value = 100;
  private uses = 0;

  constructor() {
    const reference = Reference.fresh();
    let scn = 0;
    for (const sql of SCHEMA) scn = this.database.execute("main", sql).scn;
    this.branches.push({ name: "main", reference, head: scn, lineage: [] });
    this.record(this.branches[0]!, scn, []);
  }

  play(step: Step): void {
    if (step.do === "write") this.write(this.pick(step.branch), step.statements);
    else if (step.do === "branch") this.fork(this.pick(step.parent), step.past);
    else if (step.do === "merge") this.merge(this.pick(step.source), this.pick(step.target), step.strategy);
    else this.database.reopen();
  }

  /** Every branch at now, and a sample of what each can see of the past, through shadows and through copies. */
  check(sample: number): void {
    for (const branch of this.branches) {
      this.compare(branch.name, branch.head, null);
      const { lineage } = branch;
      for (let i = 0; i < sample && i < lineage.length; i++) {
        this.uses = (this.uses * 31 + 7) % 1000003;
        this.compare(branch.name, lineage[this.uses % lineage.length]!, lineage[this.uses % lineage.length]!);
      }
    }
  }

  checkByCopy(sample: number): void {
    const main = this.branches[0]!;
    for (let i = 0; i < sample; i++) {
      this.uses = (this.uses * 31 + 7) % 1000003;
      const scn = main.lineage[this.uses % main.lineage.length]!;
      this.database.makeCopy("b1", scn);
      this.compare("main", scn, scn);
    }
  }

  dispose(): void {
    for (const branch of this.branches) branch.reference.close();
    this.database.dispose();
  }

  private write(branch: ModelBranch, steps: readonly WriteStep[]): void {
    const statements = steps.map((each) => this.statement(each));
    const before = JSON.stringify([...branch.reference.state()]);
    const expected = branch.reference.run(statements);
    let scn: number | null = null;
    try {
      const result = this.database.execute(branch.name, ...statements);
      if (!expected) throw new Error(`the engine took what SQLite refuses: ${statements.join("; ")}`);
      if (result.changed) scn = result.scn;
    } catch (error) {
      if (!(error instanceof HeliosError) || expected)
        throw new Error(`${statements.join("; ")}: ${String(error)}`, { cause: error });
    }
    if (scn !== null) this.record(branch, scn, [branch.head]);
    else if (JSON.stringify([...branch.reference.state()]) !== before)
      throw new Error(`no commit for ${statements.join("; ")}`);
  }

  private fork(parent: ModelBranch, past: number | null): void {
    if (this.branches.length >= MAX_BRANCHES) return;
    const at = past === null ? parent.head : parent.lineage[past % parent.lineage.length]!;
    const name = `b${this.branches.length}`;
    this.database.branch(name, parent.name, past === null ? undefined : { kind: "scn", scn: at });
    this.branches.push({
      name,
      reference: Reference.from(this.images.get(at)!),
      head: at,
      lineage: parent.lineage.filter((scn) => scn <= at),
    });
  }

  private merge(source: ModelBranch, target: ModelBranch, strategy: MergeRequest["strategy"]): void {
    if (source === target) return;
    const expected = new MergeModel(this.commits).merge(source.head, target.head, strategy as "auto");
    const image = target.reference.image();
    const holds = expected === null || target.reference.become(expected.rows);
    const conflicts = (expected?.conflicts ?? 0) > 0 && strategy === "manual";
    const wanted = conflicts ? "MERGE_CONFLICT" : holds ? "ok" : "MERGE_CONSTRAINT";
    let [found, reason, scn] = ["ok", "", 0];
    try {
      const result = this.database.merge(source.name, target.name, strategy);
      if (expected === null ? result.changed : !result.changed) throw new Error(`changed: ${result.changed}`);
      const [merged, count] = [expected?.merged ?? 0, expected?.conflicts ?? 0];
      if (result.merged !== merged || result.conflictCount !== count) {
        throw new Error(`merged ${result.merged} with ${result.conflictCount} conflicts, not ${merged} with ${count}`);
      }
      scn = result.scn;
    } catch (error) {
      if (!(error instanceof HeliosError)) throw error;
      found = error.code;
      reason = error.message;
    }
    if (found !== wanted)
      throw new Error(`merge of ${source.name} into ${target.name}: ${found}, not ${wanted} (${reason})`);
    if (found === "ok" && expected) this.record(target, scn, [target.head, source.head]);
    if (found !== "ok") {
      const restored = Reference.from(image);
      target.reference.close();
      Object.assign(target, { reference: restored });
    }
  }

  private record(branch: ModelBranch, scn: number, parents: readonly number[]): void {
    const state = branch.reference.state();
    const rows: Rows = new Map(
      TABLES.map((table) => [table.name, (state.get(table.name) ?? []).map((row) => JSON.parse(row) as unknown[])]),
    );
    this.commits.set(scn, { scn, branch: this.branches.indexOf(branch), parents, rows });
    this.images.set(scn, branch.reference.image());
    this.states.set(scn, state);
    branch.head = scn;
    branch.lineage.push(scn);
  }

  private compare(branch: string, expected: number, at: number | null): void {
    const point: PointInTime = at === null ? { kind: "now" } : { kind: "scn", scn: at };
    const state = this.states.get(expected)!;
    for (const [table, rows] of state) {
      const [found, wanted] = [this.rows(branch, table, point).sort().join("\n"), rows.join("\n")];
      if (found !== wanted)
        throw new Error(`${branch} at ${at ?? "now"}: ${table} holds\n${found}\nand should hold\n${wanted}`);
    }
    for (const info of this.database.reader.read({ op: "listTables", branch, at: point })) {
      const rows = state.get(info.name)?.length;
      if (info.rowCount !== rows)
        throw new Error(`${branch} at ${at ?? "now"}: ${info.name} counts ${info.rowCount} rows, not ${rows}`);
    }
  }

  private rows(branch: string, table: string, point: PointInTime): string[] {
    try {
      return this.database.rows(branch, `SELECT * FROM "${table}"`, point).map((row) => JSON.stringify(row));
    } catch (error) {
      if (error instanceof HeliosError && error.code === "SQL_NAME_NOT_FOUND") return [UNREADABLE];
      throw error;
    }
  }

  private pick(index: number): ModelBranch {
    return this.branches[index % this.branches.length]!;
  }

  /** Every value is new, so that a write always changes something and the newest writer of a row is well defined. */
  private statement({ kind, key, other }: WriteStep): string {
    const v = ++this.value;
    const text = `'${"kK"[other % 2]}${key}'`;
    const statements = [
      `INSERT INTO ints VALUES (${key}, ${v}, ${v})`,
      `INSERT INTO ints (a, b) VALUES (${v}, ${v})`,
      `INSERT OR REPLACE INTO ints VALUES (${key}, ${v}, ${key % 3})`,
      `INSERT OR IGNORE INTO ints VALUES (${key}, ${v}, ${v})`,
      `INSERT INTO ints VALUES (${key}, ${v}, ${v}) ON CONFLICT (id) DO UPDATE SET a = excluded.a`,
      `UPDATE ints SET a = ${v} WHERE id = ${key}`,
      `UPDATE ints SET b = ${v} WHERE id >= ${key}0`,
      `UPDATE ints SET id = ${other + 20}, a = ${v} WHERE id = ${key}`,
      `DELETE FROM ints WHERE id = ${key}`,
      `INSERT INTO ints VALUES (${1000 * (key + 1)}, ${v}, ${v})`,
      `UPDATE OR IGNORE ints SET b = ${key % 3}, a = ${v} WHERE id IN (${key}, ${other})`,
      `UPDATE OR REPLACE ints SET b = ${key % 3}, a = ${v} WHERE id = ${other}`,
      `INSERT OR ROLLBACK INTO ints VALUES (${key}, ${v}, ${v})`,
      `INSERT OR FAIL INTO ints SELECT ${key} + value, ${v}, ${v} + value * 100000 FROM json_each('[0,1,2]')`,
      `INSERT INTO texts VALUES (${text}, ${v}, ${v})`,
      `REPLACE INTO texts VALUES (${text}, ${v}, ${other})`,
      `UPDATE texts SET a = ${v} WHERE name = ${text}`,
      `UPDATE texts SET name = 'm${other}', b = ${v} WHERE name = ${text}`,
      `DELETE FROM texts WHERE name = ${text}`,
      `INSERT INTO pairs VALUES (${key}, 'y${other % 3}', ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
      `UPDATE pairs SET y = 'z${other % 3}', a = ${v} WHERE x = ${key} AND y = 'y${other % 3}'`,
      `DELETE FROM pairs WHERE x = ${key}`,
      `INSERT INTO loose VALUES (${key}, ${other})`,
      `INSERT INTO loose SELECT ${key}, value FROM json_each('[1,1,2]')`,
      `DELETE FROM loose WHERE v = ${key}`,
      `UPDATE loose SET w = ${v} WHERE v = ${key}`,
      `INSERT INTO children VALUES (${v}, ${key}, ${v})`,
      `UPDATE children SET a = ${v} WHERE parent = ${key}`,
      `INSERT INTO children SELECT ${v}, min(id), ${v} FROM ints`,
      `INSERT INTO checked VALUES (${key}, ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
      `UPDATE checked SET a = ${other === 0 ? 2000000 : v} WHERE id = ${key}`,
      `INSERT INTO autos VALUES (${v}, ${v})`,
      // The rest changes the schema; see DDL_KINDS.
      `ALTER TABLE ${kind % 2 ? "ints" : "pairs"} ADD COLUMN c${key} DEFAULT ${v}`,
      `ALTER TABLE ints DROP COLUMN c${key}`,
      `ALTER TABLE pairs DROP COLUMN c${key}`,
      `ALTER TABLE ints RENAME COLUMN c${key} TO c${other}`,
      `ALTER TABLE checked RENAME COLUMN a TO a${key % 2}`,
      `ALTER TABLE checked RENAME COLUMN a${key % 2} TO a`,
      `ALTER TABLE checked RENAME TO checked${key % 2}`,
      `ALTER TABLE checked${key % 2} RENAME TO checked`,
      `DROP TABLE ${["children", "texts", "checked", "loose", "pairs", "autos", "ints", "made0"][key]}`,
      SCHEMA[key % 7]!,
      `CREATE TABLE IF NOT EXISTS made${key % 2} AS SELECT id, a, b FROM ints`,
      `DROP TABLE IF EXISTS made${key % 2}`,
      `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS ${["loose", "ints", "checked", "texts"][other % 4]}_i ON ${["loose (v, w)", "ints (b)", "checked (a)", "texts (a)"][other % 4]}`,
      `DROP INDEX IF EXISTS ${["loose", "ints", "checked", "texts"][other % 4]}_i`,
      `CREATE VIEW IF NOT EXISTS view${key % 2} AS SELECT v, count(*) AS n FROM loose GROUP BY v`,
      `DROP VIEW IF EXISTS view${key % 2}`,
      `CREATE TRIGGER IF NOT EXISTS t${key % 3} AFTER UPDATE ON checked BEGIN INSERT INTO loose VALUES (new.id, ${key}); END`,
    ];
    return statements[kind % statements.length]!;
  }
}
