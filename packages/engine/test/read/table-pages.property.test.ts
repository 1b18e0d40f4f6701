import type { JsonCell, ReadTableRequest } from "@heliosdb/port";
import fc from "fast-check";
import { expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

/** Every kind of key; `a` and `b` have duplicates, `n` is one for each row. */
const TABLES = [
  "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, n)",
  "CREATE TABLE t (a, b REAL, n)",
  "CREATE TABLE t (rowid, oid TEXT, a, b, n)",
  "CREATE TABLE t (b TEXT PRIMARY KEY COLLATE NOCASE, a INT, n)",
  "CREATE TABLE t (a, b COLLATE NOCASE, n, PRIMARY KEY (a, b, n)) WITHOUT ROWID",
  "CREATE TABLE t (n, a TEXT COLLATE RTRIM, b, PRIMARY KEY (b, n DESC)) WITHOUT ROWID",
  "CREATE TABLE t (n INTEGER PRIMARY KEY, a ANY, b TEXT) STRICT",
  "CREATE TABLE t (n, a, b AS (a || n) STORED, c AS (typeof(a)))",
] as const;

const INDEXES = [[], ["CREATE INDEX i ON t (a)"], ["CREATE INDEX i ON t (a, b DESC)", "CREATE INDEX j ON t (b, a)"]];

/** What JavaScript, JSON and comparisons by type might take for another value. */
const VALUES = [
  ...["NULL", "NULL", "0", "1", "1.0", "2", "-1", "1.5", "9223372036854775807", "-9223372036854775808"],
  ...[
    "9007199254740993",
    "9007199254740992.0",
    "9e999",
    "-9e999",
    "''",
    "'a'",
    "'A'",
    "'a '",
    "'b'",
    "'1'",
    "'ä\u{1f600}'",
  ],
  ...["CAST(x'ff61' AS TEXT)", "CAST(x'ff62' AS TEXT)", "CAST(x'6100' AS TEXT)", "x''", "x'61'", "x'ff'", "'1e3'"],
];

const value = fc.constantFrom(...VALUES);
const term = fc.record({
  column: fc.constantFrom("a", "b", "n", '"A"'),
  direction: fc.constantFrom("", " ASC", " DESC"),
  nulls: fc.constantFrom("", "", " NULLS FIRST", " NULLS LAST"),
});
const scenario = fc.record({
  table: fc.constantFrom(...TABLES),
  indexes: fc.constantFrom(...INDEXES),
  rows: fc.array(fc.tuple(value, value), { minLength: 0, maxLength: 30, size: "max" }),
  order: fc.array(term, { maxLength: 3 }),
  filter: fc.constantFrom(undefined, undefined, "a IS NOT NULL", "n % 3 > 0", "t.b > 'a' OR t.a < 2"),
  columns: fc.constantFrom(undefined, "n", "b,n,b"),
  limits: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 5 }),
  /** What happens after a page: nothing, or one of the changes below. */
  writes: fc.array(fc.nat(9), { minLength: 1, maxLength: 6 }),
  branch: fc.constantFrom("main", "side"),
});

function insert(table: string, n: number, [a, b]: readonly [string, string]): string {
  const generated = table.includes("b AS (");
  const text = /b TEXT\) STRICT/.test(table) ? `CAST(${b} AS TEXT)` : b;
  return generated
    ? `INSERT OR IGNORE INTO t (n, a) VALUES (${n}, ${a})`
    : `INSERT OR IGNORE INTO t (n, a, b) VALUES (${n}, ${a}, ${text})`;
}

function change(table: string, which: number, step: number): string | null {
  const n = 1000 + step;
  const changes = [
    insert(table, n, ["1", "'a'"]),
    insert(table, -n, ["NULL", "'x'"]),
    "DELETE FROM t WHERE n % 2 = 0",
    "DELETE FROM t",
    "UPDATE t SET a = 'z' WHERE n % 3 = 0",
    "ALTER TABLE t RENAME COLUMN a TO former",
    "CREATE TABLE IF NOT EXISTS other (x)",
  ];
  return changes[which] ?? null;
}

/** The pages from the first to the last, with writes between them. */
function walk(
  db: TestDatabase,
  request: Partial<ReadTableRequest>,
  limits: readonly number[],
  between: (i: number) => void,
) {
  const rows: (readonly JsonCell[])[] = [];
  const scns = new Set<number>();
  let types: readonly string[] = [];
  for (let i = 0, cursor: string | undefined; ; i++) {
    if (i > 100) throw new Error("the pages do not come to an end");
    const limit = limits[i % limits.length]!;
    const page = db.page("t", { ...request, limit, cursor });
    rows.push(...page.rows);
    scns.add(page.scn);
    types = page.columnTypes;
    expect(page.hasMore).toBe(page.next !== null);
    if (page.next === null) return { rows, scns: [...scns], types, pages: i + 1 };
    expect(page.rows.length).toBe(limit);
    cursor = page.next;
    between(i);
  }
}

it("pages by cursor are the rows at one point in time in one order, whatever is written between them", () => {
  let [pages, pasts] = [0, 0];
  fc.assert(
    fc.property(scenario, ({ table, indexes, rows, order, filter, columns, limits, writes, branch }) => {
      const db = new TestDatabase();
      try {
        db.execute("main", table, ...indexes);
        if (rows.length > 0) db.execute("main", ...rows.map((row, i) => insert(table, i, row)));
        db.branch("side");
        const orderBy = order.map((each) => each.column + each.direction + each.nulls).join(", ") || undefined;
        const request = { branch, filter, columns, orderBy };
        const whole = db.page("t", { ...request, limit: 1000 });

        // SQLite's own order has the same rows; only what is equal to it may stand either way.
        const where = filter ? `WHERE ${filter}` : "";
        const rank = orderBy ? `rank() OVER (ORDER BY ${orderBy})` : "1";
        const ranks = new Map(db.rows(branch, `SELECT n, ${rank} FROM t ${where}`) as [JsonCell, number][]);
        const ours = db.page("t", { ...request, columns: "n", limit: 1000 }).rows.map(([n]) => ranks.get(n!)!);
        expect(ours).toEqual([...ranks.values()].sort((x, y) => x - y));

        const still = walk(db, request, limits, () => {});
        expect(still.rows).toEqual(whole.rows);
        const walked = walk(db, request, limits, (i) => {
          const sql = change(table, writes[i % writes.length]!, i);
          try {
            if (sql !== null) db.execute(branch, sql);
          } catch {
            // A column that was renamed before, or a key that is taken.
          }
        });
        expect(walked.rows).toEqual(whole.rows);
        expect(walked.scns).toEqual([whole.scn]);
        pages += walked.pages;
        if (db.info(branch).headScn !== whole.scn) pasts += walked.pages - 1;
      } finally {
        db.dispose();
      }
    }),
    { numRuns: Number(process.env.PAGES_RUNS ?? 120), seed: Number(process.env.PAGES_SEED ?? 20261121) },
  );
  expect(pages).toBeGreaterThan(300);
  expect(pasts).toBeGreaterThan(100);
});
