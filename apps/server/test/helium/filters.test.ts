import {
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  double,
  integer,
  oneof,
  record,
  string,
} from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { execute, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

type Stored = null | number | string;
type Op = "lt" | "gt" | "eq";

const COLUMNS = { i: "INTEGER", r: "REAL", n: "NUMERIC", t: "TEXT", b: "BLOB", u: "" } as const;
type ColumnName = keyof typeof COLUMNS;
/** Values of which each column gets every one. */
const VALUES: readonly Stored[] = [
  ...[
    null,
    0,
    1,
    -1,
    2,
    9,
    10,
    1.5,
    -2.25,
    1e15,
    "",
    "0",
    "1",
    "10",
    "9",
    "1.5",
    " 1",
    "1 ",
    "+1",
    "1e1",
    "0x1",
    "abc",
  ],
  ...["ABC", "it's", '"', "é", "z", "null", "true", "2020-01-01", "1x", ".5", "5.", "-", "%", "_"],
];

let server: TestServer;
let session: HeliumSession;
/** What SQLite made of them, by column. */
const stored: { [column: string]: readonly Stored[] } = {};

beforeAll(async () => {
  server = await startServer();
  const columns = Object.entries(COLUMNS).map(([name, type]) => `${name} ${type}`);
  await execute(server, `CREATE TABLE v (id INTEGER PRIMARY KEY, ${columns.join(", ")})`);
  const names = Object.keys(COLUMNS);
  const sql = `INSERT INTO v (${names.join(", ")}) VALUES (${names.map((_, i) => `$${i + 1}`).join(", ")})`;
  const statements = VALUES.map((value) => ({ sql, params: names.map(() => value) }));
  await must(server, "POST", "/v1/branches/main/batch", { statements });
  const { rows } = await must(server, "POST", "/v1/branches/main/query", { sql: "SELECT * FROM v ORDER BY id" });
  for (const name of names) stored[name] = rows.map((row: Record<string, Stored>) => row[name]);
  session = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

/** The ids of the rows that fit. */
async function found(filters: readonly object[]): Promise<number[]> {
  const { status, body } = await session.get(["main", "v", "data"], { filters: JSON.stringify(filters), limit: "100" });
  expect([status, body.message]).toEqual([200, undefined]);
  expect(body.totalRows).toBe(body.data.length);
  return body.data.map(({ id }: { id: number }) => id);
}

/** SQLite's rule: what a numeric column is compared with is read as a number, where all of it is one. */
const NUMBER = /^[ \t\n\v\f\r]*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[ \t\n\v\f\r]*$/;
const isNumber = (text: string) => NUMBER.test(text);

function compare(op: Op, a: number | string, b: number | string): boolean {
  // Numbers come before text; text is compared by its bytes.
  const order =
    typeof a === typeof b
      ? typeof a === "string"
        ? Buffer.compare(Buffer.from(a), Buffer.from(b as string))
        : a - (b as number)
      : typeof a === "number"
        ? -1
        : 1;
  return op === "lt" ? order < 0 : op === "gt" ? order > 0 : order === 0;
}

function model(column: ColumnName, op: Op, given: string | number | boolean): number[] {
  const text = typeof given === "boolean" ? String(Number(given)) : String(given);
  return stored[column]!.flatMap((value, i) => {
    if (value === null) return [];
    const type = COLUMNS[column];
    const isUntyped = type === "" || type === "BLOB";
    const asNumber = type === "TEXT" ? false : isUntyped ? typeof value === "number" : true;
    const operand = asNumber && isNumber(text) ? Number(text) : text;
    if (isUntyped && typeof value === "number" && typeof operand === "string")
      return compare(op, value, text) ? [i + 1] : [];
    return compare(op, value, operand) ? [i + 1] : [];
  });
}

describe("filters", () => {
  it("compare as SQLite does by the column's affinity", async () => {
    const value = oneof(
      constantFrom(...VALUES.filter((each): each is number | string => each !== null)),
      integer({ min: -20, max: 20 }),
      integer({ min: -20, max: 20 }).map(String),
      double({ noNaN: true, noDefaultInfinity: true, min: -1e9, max: 1e9 }),
      string({ maxLength: 6 }),
      constant(true),
      constant(false),
    );
    const filter = record({
      op: constantFrom<Op>("lt", "gt", "eq"),
      param: constantFrom(...(Object.keys(COLUMNS) as ColumnName[])),
      value,
    });
    await assert(
      asyncProperty(array(filter, { minLength: 1, maxLength: 3 }), async (filters) => {
        const fits = filters.map(({ op, param, value: given }) => model(param, op, given));
        const all = fits.reduce((a, b) => a.filter((id) => b.includes(id)));
        expect(await found(filters)).toEqual(all);
      }),
      { numRuns: 150 },
    );
  });

  it("tell NULL from everything else", async () => {
    for (const param of Object.keys(COLUMNS)) {
      const isNull = VALUES.flatMap((value, i) => (value === null ? [i + 1] : []));
      for (const value of ["null", null]) {
        expect(await found([{ op: "is", param, value }])).toEqual(isNull);
        expect(await found([{ op: "isnot", param, value }])).toHaveLength(VALUES.length - 1);
      }
      expect(await found([{ op: "eq", param, value: null }])).toEqual(isNull);
    }
  });

  it("find a number by its text, as MySQL does", async () => {
    const ids = VALUES.flatMap((value, i) => (value === 10 || value === "10" || value === "1e1" ? [i + 1] : []));
    expect(await found([{ op: "eq", param: "i", value: "10" }])).toEqual(ids);
    expect(await found([{ op: "gt", param: "r", value: "9" }])).toEqual(expect.arrayContaining(ids));
  });

  it.each(["[", "{", "'", "[1,]", "undefined"])("that are no JSON are refused: %s", async (filters) => {
    const { status, body } = await session.get(["main", "v", "data"], { filters });
    expect([status, body]).toEqual([400, { message: "filters param has malformed JSON" }]);
  });

  const one = { op: "eq", param: "i", value: "1" };
  it.each<[string, unknown]>([
    ["an object", {}],
    ["a text", "x"],
    ["a list of texts", ["x"]],
    ["null in a list", [null]],
    ["a list in a list", [[one]]],
    ["without a value", [{ op: "eq", param: "i" }]],
    ["without a column", [{ op: "eq", value: "1" }]],
    ["an unknown op", [{ ...one, op: "like" }]],
    ["an op of Object's", [{ ...one, op: "constructor" }]],
    ["is with a value", [{ ...one, op: "is" }]],
    ["less than null", [{ ...one, op: "lt", value: null }]],
    ["a list as the value", [{ ...one, value: [1] }]],
    ["another field", [{ ...one, more: 1 }]],
    ["too many", Array.from({ length: 51 }, () => one)],
  ])("of another form are refused: %s", async (_, filters) => {
    const { status, body } = await session.get(["main", "v", "data"], { filters: JSON.stringify(filters) });
    expect([status, body]).toEqual([400, { message: "filters param is invalid" }]);
  });

  it("have a length", async () => {
    const filters = JSON.stringify([{ ...one, value: "x".repeat(8192) }]);
    const { status, body } = await session.get(["main", "v", "data"], { filters });
    expect([status, body.message]).toEqual([400, "filters param is too long. Expected at most 8192 characters."]);
    expect(await found(Array.from({ length: 50 }, () => ({ op: "isnot", param: "u", value: "null" })))).toHaveLength(
      VALUES.length - 1,
    );
  });
});
