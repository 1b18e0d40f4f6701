import type { DiffPage, JsonCell, RowDifference, StateRef } from "@heliosdb/port";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Plain } from "../support/plain.js";
import { attempt, makeTables, type RandomWrite, randomWrite, write } from "../support/random-writes.js";
import { TestDatabase } from "../support/test-database.js";

type Step =
  | { readonly do: "write"; readonly branch: string; readonly writes: readonly RandomWrite[] }
  | { readonly do: "merge"; readonly source: string; readonly target: string }
  | { readonly do: "reset" }
  | { readonly do: "alter"; readonly branch: string; readonly statement: string };

/** What a column that is added has where nobody gave anything: one value for each name, so that a row tells by itself. */
const DEFAULTS: Record<string, { readonly [column: string]: JsonCell }> = {
  ints: { c: 1, d: "2" },
  texts: { c: 5 },
  pairs: { c: "x" },
  loose: { c: null },
  made: {},
};

const CHANGES = [
  "ALTER TABLE ints ADD COLUMN c DEFAULT 1",
  "ALTER TABLE ints ADD COLUMN d TEXT DEFAULT 2",
  "ALTER TABLE ints DROP COLUMN c",
  "ALTER TABLE texts ADD COLUMN c INT DEFAULT '5'",
  "ALTER TABLE loose ADD COLUMN c",
  "ALTER TABLE loose DROP COLUMN c",
  "ALTER TABLE pairs ADD COLUMN c DEFAULT ('x')",
  "UPDATE ints SET c = id % 2",
  "UPDATE ints SET d = id WHERE id = 1",
  "UPDATE loose SET c = 1 WHERE rowid = 2",
  "UPDATE pairs SET c = 'y' WHERE x = 1",
  "CREATE TABLE made (id INTEGER PRIMARY KEY, v)",
  "INSERT OR REPLACE INTO made VALUES (1, 1), (2, 2)",
  "INSERT OR REPLACE INTO made VALUES (1, 1), (3, 2)",
  "DROP TABLE made",
  "DROP TABLE loose",
  "CREATE TABLE loose (v, w)",
];

const branch = fc.constantFrom("main", "side");
const writing = fc.record({
  do: fc.constant("write" as const),
  branch,
  writes: fc.array(randomWrite, { minLength: 1, maxLength: 4 }),
});
const merging = fc.constantFrom(
  { do: "merge" as const, source: "main", target: "side" },
  { do: "merge" as const, source: "side", target: "main" },
  { do: "reset" as const },
);
const altering = fc.record({ do: fc.constant("alter" as const), branch, statement: fc.constantFrom(...CHANGES) });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: writing },
  { weight: 1, arbitrary: merging },
  { weight: 3, arbitrary: altering },
);

/** Which two states: a branch, and how many commits back. */
const state = fc.record({ branch, back: fc.oneof(fc.constant(0), fc.nat(20)) });

type Row = { readonly [column: string]: JsonCell };
type Table = { readonly columns: readonly string[]; readonly rows: readonly Row[] };

function play(db: TestDatabase, each: Step): void {
  if (each.do === "write") write(db, each.branch, each.writes);
  else if (each.do === "merge") attempt(() => db.merge(each.source, each.target, "source"));
  else if (each.do === "alter") attempt(() => db.execute(each.branch, each.statement));
  else db.control({ op: "resetBranch", request: { branch: "side", to: "parent", author: "test" } });
}

function refOf(db: TestDatabase, { branch, back }: { branch: string; back: number }): StateRef {
  if (back === 0) return { branch };
  const { entries } = db.read({ op: "history", request: { branch, limit: 1000 } });
  const scns = entries.filter(({ kind }) => kind !== "reset").map(({ scn }) => scn);
  return { branch, at: { kind: "scn", scn: scns[back % scns.length]! } };
}

function tablesOf(db: TestDatabase, { branch, at }: StateRef): Map<string, Table> {
  const tables = db.read({ op: "listTables", request: { branch, at } });
  return new Map(
    tables.map(({ name }) => {
      const { columns, rows } = db.query(branch, `SELECT * FROM ${name}`, at);
      const objects = rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]!])));
      return [name, { columns, rows: objects }];
    }),
  );
}

function text(row: Row): string {
  return JSON.stringify(Object.entries(row).sort());
}

/** The rows of `to`, made by somebody who knows only the rows of `from`, the columns of `to`, and the differences. */
function applied(
  name: string,
  from: Table | undefined,
  to: Table | undefined,
  rows: readonly Plain<RowDifference>[],
): Row[] {
  const left = [...(from?.rows ?? [])];
  for (const difference of rows) {
    if (difference.from === null) continue;
    const gone = text(difference.from);
    const at = left.findIndex((row) => text(row) === gone);
    if (at < 0) throw new Error(`${name} has no row ${gone}`);
    left.splice(at, 1);
  }
  const reshaped = left.map((row) =>
    Object.fromEntries((to?.columns ?? []).map((column) => [column, row[column] ?? DEFAULTS[name]![column] ?? null])),
  );
  const come = rows.flatMap((difference) => (difference.to === null ? [] : [difference.to]));
  return [...reshaped, ...come];
}

/** All pages put together. */
function diff(db: TestDatabase, from: StateRef, to: StateRef, limit: number): Plain<DiffPage> {
  let first: Plain<DiffPage> | undefined;
  const rows: Plain<RowDifference>[] = [];
  for (let cursor: string | undefined; ; ) {
    const page = db.read({ op: "diff", request: { from, to, limit, cursor } });
    first ??= page;
    rows.push(...page.rows);
    expect({ ...page, rows: [], next: null }).toEqual({ ...first, rows: [], next: null });
    if (page.next === null) return { ...first, rows, next: null };
    expect(page.rows.length).toBe(limit);
    cursor = page.next;
  }
}

function countsOf(rows: readonly Plain<RowDifference>[]) {
  const kinds = { inserted: "insert", updated: "update", deleted: "delete" } as const;
  return [...new Set(rows.map(({ table }) => table))].map((table) => {
    const of = (kind: string) => rows.filter((row) => row.table === table && row.kind === kind).length;
    return { table, inserted: of(kinds.inserted), updated: of(kinds.updated), deleted: of(kinds.deleted) };
  });
}

it("a difference applied to the rows of one state gives the rows of the other, however it is paged", () => {
  const seen = { insert: 0, update: 0, delete: 0 };
  fc.assert(
    fc.property(
      fc.array(step, { minLength: 10, maxLength: 40, size: "max" }),
      fc.array(fc.tuple(state, state), { minLength: 3, maxLength: 3 }),
      fc.integer({ min: 1, max: 7 }),
      (steps, comparisons, limit) => {
        const db = new TestDatabase();
        try {
          makeTables(db);
          db.branch("side");
          for (const each of steps) play(db, each);
          for (const [a, b] of comparisons) {
            const [from, to] = [refOf(db, a), refOf(db, b)];
            const whole = diff(db, from, to, 10_000);
            expect(diff(db, from, to, limit)).toEqual(whole);
            expect(whole.tables).toEqual(countsOf(whole.rows));
            const [older, newer] = [tablesOf(db, from), tablesOf(db, to)];
            for (const name of new Set([...older.keys(), ...newer.keys()])) {
              const rows = whole.rows.filter(({ table }) => table === name);
              const made = applied(name, older.get(name), newer.get(name), rows);
              expect([name, made.map(text).sort()]).toEqual([name, (newer.get(name)?.rows ?? []).map(text).sort()]);
              for (const { kind, from: was, to: is, changed } of rows) {
                if (kind !== "update") continue;
                const value = (row: Row, column: string) => row[column] ?? DEFAULTS[name]![column] ?? null;
                const columns = new Set([...Object.keys(was!), ...Object.keys(is!)]);
                const differing = [...columns].filter((column) => value(was!, column) !== value(is!, column));
                expect([...changed].sort()).toEqual(differing.sort());
                expect(changed).not.toEqual([]);
              }
            }
            for (const { kind } of whole.rows) seen[kind]++;
          }
        } finally {
          db.dispose();
        }
      },
    ),
    { numRuns: 60, seed: 20261121 },
  );
  for (const times of Object.values(seen)) expect(times).toBeGreaterThan(100);
});
