import type { MergeResolution, Value } from "@heliosdb/port";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let tables = 0;
beforeEach(() => {
  db = new TestDatabase();
  db.branch("dev");
});
afterEach(() => db.dispose());

/** Values that look alike, as SQL and as the API gives them. */
const VALUES: readonly { readonly sql: string; readonly value: Value }[] = [
  { sql: "1", value: 1n },
  { sql: "'1'", value: "1" },
  { sql: "x'31'", value: Buffer.from("1") },
  { sql: "'MQ=='", value: "MQ==" },
  { sql: "1.5", value: 1.5 },
  { sql: "'1.5'", value: "1.5" },
  { sql: "x'00ff'", value: Buffer.from([0, 255]) },
  { sql: "'AP8='", value: "AP8=" },
  { sql: "9007199254740993", value: 9007199254740993n },
  { sql: "'9007199254740993'", value: "9007199254740993" },
  { sql: "9e999", value: Number.POSITIVE_INFINITY },
  { sql: "'Infinity'", value: "Infinity" },
  { sql: "'null'", value: "null" },
  { sql: "CAST(x'ff' AS TEXT)", value: "\udcff" },
  { sql: "CAST(x'fe' AS TEXT)", value: "\udcfe" },
  { sql: "'\ufffd'", value: "\ufffd" },
  { sql: "'a'", value: "a" },
  { sql: "'A'", value: "A" },
];
/** What a text that looks like the list of a key stands for. */
const LISTS = [
  { sql: "'[1]'", value: "[1]" },
  { sql: `'["1"]'`, value: '["1"]' },
  { sql: `'[{"type":"bytea","value":"AP8="}]'`, value: '[{"type":"bytea","value":"AP8="}]' },
];

interface DisputedRow {
  readonly key: readonly Value[];
  readonly n: number;
}

interface Dispute {
  readonly table: string;
  readonly rows: readonly DisputedRow[];
}

/** A new table on both sides, with rows that are all in conflict. Keys that are no others under its types are left out. */
function dispute(types: readonly string[], keys: readonly (readonly (typeof VALUES)[number][])[]): Dispute {
  const table = `t${tables++}`;
  const names = types.map((_, i) => `k${i}`);
  const columns = [...types.map((type, i) => `k${i} ${type}`), "n INTEGER", "v"];
  const rows: DisputedRow[] = keys.map((key, n) => ({ key: key.map(({ value }) => value), n }));
  db.execute(
    "main",
    `CREATE TABLE ${table} (${columns.join(", ")}, PRIMARY KEY (${names.join(", ")}))`,
    ...keys.map((key, n) => `INSERT OR IGNORE INTO ${table} VALUES (${key.map(({ sql }) => sql).join(", ")}, ${n}, 0)`),
  );
  const kept = new Set(db.rows("main", `SELECT n FROM ${table}`).map(([n]) => n));
  db.merge("main", "dev");
  db.execute("dev", `UPDATE ${table} SET v = 'source'`);
  db.execute("main", `UPDATE ${table} SET v = 'target'`);
  return { table, rows: rows.filter(({ n }) => kept.has(n)) };
}

/** The rows of a new table that the resolutions decide, by number, and what they become. Rows are in that order. */
function decided({ table, rows }: Dispute, resolutions: readonly MergeResolution[]) {
  const { conflicts } = db.merge("dev", "main", "target", { resolutions, dryRun: true });
  const own = conflicts.filter((each) => each.table === table);
  return own.flatMap(({ decidedBy, resolved }, i) => (decidedBy === "caller" ? [[rows[i]!.n, resolved]] : []));
}

/** The row ids that a dry run shows, in the order of the rows. */
function shown({ table }: Dispute): string[] {
  const { conflicts } = db.merge("dev", "main", "source", { dryRun: true });
  return conflicts.filter((each) => each.table === table).map(({ rowId }) => rowId!);
}

describe("a resolution decides the row that it names, and no other", () => {
  const type = fc.constantFrom("", "", "TEXT", "BLOB", "NUMERIC", "REAL", "TEXT COLLATE NOCASE");
  const cases = fc.integer({ min: 1, max: 2 }).chain((width) =>
    fc.record({
      types: fc.array(type, { minLength: width, maxLength: width }),
      keys: fc.uniqueArray(fc.array(fc.constantFrom(...VALUES, ...LISTS), { minLength: width, maxLength: width }), {
        minLength: 2,
        maxLength: 8,
        selector: (key) => key.map(({ sql }) => sql).join(),
      }),
    }),
  );

  it("by its exact values, and by what the conflict shows", { timeout: 60_000 }, () => {
    let shownKeys = 0;
    fc.assert(
      fc.property(cases, ({ types, keys }) => {
        const disputed = dispute(types, keys);
        const { table, rows } = disputed;
        const all = (keyOf: (row: DisputedRow, i: number) => Value | readonly Value[]) =>
          rows.map((row, i): MergeResolution => {
            return { table, key: keyOf(row, i), column: "v", use: "value", value: `own ${row.n}` };
          });
        const wanted = rows.map(({ n }) => [n, `own ${n}`]);
        expect(
          decided(
            disputed,
            all(({ key }) => key),
          ),
        ).toEqual(wanted);
        if (types.length === 1) {
          const [first] = all(({ key }) => key);
          expect(decided(disputed, [first!])).toEqual(wanted.slice(0, 1));
        }
        const ids = shown(disputed);
        if (new Set(ids).size < ids.length) throw new Error(`two rows are shown alike: ${ids.join(" | ")}`);
        const isListed = keys.some((key) => key.some((each) => LISTS.includes(each as (typeof LISTS)[number])));
        if (isListed && types.length === 1) return;
        shownKeys++;
        const byId = all((_, i) => ids[i]!);
        expect(decided(disputed, byId)).toEqual(wanted);
        expect(decided(disputed, byId.slice(-1))).toEqual(wanted.slice(-1));
      }),
      { numRuns: 10 },
    );
    expect(shownKeys).toBeGreaterThan(2);
  });

  const key = (sql: string) => [[...VALUES, ...LISTS].find((each) => each.sql === sql)!];
  const told = (disputed: Dispute, ...keys: readonly (Value | readonly Value[])[]) =>
    decided(
      disputed,
      keys.map((given, i) => ({ table: disputed.table, key: given, column: "v", use: "value", value: `own ${i}` })),
    );
  const refusal = (disputed: Dispute, ...keys: readonly (Value | readonly Value[])[]) => {
    expect(codeOf(() => told(disputed, ...keys))).toBe("INVALID_MERGE");
    return expect(() => told(disputed, ...keys));
  };

  it("where a number, a text, a blob and its base64 look alike", () => {
    const pairs = ["1", "'1'", "x'00ff'", "'AP8='", "9007199254740993", "'9007199254740993'"];
    const disputed = dispute([""], pairs.map(key));
    expect(told(disputed, 1n)).toEqual([[0, "own 0"]]);
    expect(told(disputed, "1")).toEqual([[1, "own 0"]]);
    expect(told(disputed, Buffer.from([0, 255]), "AP8=")).toEqual([
      [2, "own 0"],
      [3, "own 1"],
    ]);
    expect(shown(disputed)).toEqual([
      "[1]",
      "1",
      '[{"type":"bytea","value":"AP8="}]',
      "AP8=",
      '[{"type":"int8","value":"9007199254740993"}]',
      "9007199254740993",
    ]);
  });

  it("also by the text that is shown, where no other row has it", () => {
    const disputed = dispute(
      ["", "INT"],
      [
        [...key("x'00ff'"), ...key("9007199254740993")],
        [...key("'1'"), ...key("'a'")],
      ],
    );
    expect(shown(disputed)).toEqual(['["AP8=","9007199254740993"]', '["1","a"]']);
    expect(told(disputed, ["AP8=", "9007199254740993"])).toEqual([[0, "own 0"]]);
    const numbers = dispute(["INTEGER"], ["1", "9007199254740993"].map(key));
    expect(told(numbers, "1", "9007199254740993")).toEqual([
      [0, "own 0"],
      [1, "own 1"],
    ]);
    expect(told(dispute(["TEXT"], [key("'1'")]), 1n)).toEqual([[0, "own 0"]]);
  });

  it("not by a value that is another row's, though that is not in conflict", () => {
    refusal(dispute([""], [key("'1'")]), 1n).toThrow("key 1, column v doesn't name a conflict");
    refusal(dispute([""], [key("'MQ=='")]), Buffer.from("1")).toThrow("doesn't name a conflict");
    refusal(dispute(["INTEGER"], [key("'1'")]), 9007199254740992).toThrow("doesn't name a conflict");
  });

  it("and is refused where it could mean several, or another decides the same", () => {
    const broken = dispute([""], ["CAST(x'ff' AS TEXT)", "CAST(x'fe' AS TEXT)"].map(key));
    refusal(broken, "\ufffd").toThrow('could be for several rows in conflict: ["\\udcff"] and ["\\udcfe"]. Send one');
    const lists = dispute([""], ["'[1]'", "1", "'1'"].map(key));
    refusal(lists, "[1]").toThrow('rows in conflict: ["[1]"] and [1]. Send one of these lists as its key');
    expect(told(lists, ["[1]"], [1n], ["1"])).toHaveLength(3);
    refusal(lists, "1", ["1"]).toThrow('is for the row "1", as another resolution is');
  });

  it("when it is merged", () => {
    const { table } = dispute([""], ["1", "'1'"].map(key));
    const resolutions = [{ table, key: 1n, column: "V", use: "source" } as const];
    db.merge("dev", "main", "target", { resolutions });
    expect(db.rows("main", `SELECT typeof(k0), v FROM ${table}`)).toEqual([
      ["integer", "source"],
      ["text", "target"],
    ]);
  });
});
