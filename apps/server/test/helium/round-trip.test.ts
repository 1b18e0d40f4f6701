import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { must, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const TYPES = [
  ...["INTEGER", "INT UNSIGNED", "BIGINT", "DOUBLE", "REAL", "FLOAT", "NUMERIC", "DECIMAL(20, 2)", "WHATEVER"],
  ...["", "ANY", "JSON", "TEXT", "VARCHAR(30)", "BLOB", "BOOLEAN", "DATE", "DATETIME", "TIME", "YEAR"],
];

/** A value as it is stored: its class, and its text as SQL. */
interface Stored {
  readonly class: "null" | "integer" | "real" | "text";
  readonly sql: string;
}

let server: TestServer;
let session: HeliumSession;
beforeAll(async () => {
  server = await startServer();
  const statements = TYPES.flatMap((type, i) => [
    { sql: `CREATE TABLE given${i} (id INTEGER PRIMARY KEY, x ${type})` },
    { sql: `CREATE TABLE again${i} (id INTEGER PRIMARY KEY, x ${type})` },
  ]);
  await must(server, "POST", "/v1/branches/main/batch", { statements });
  session = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

const integer = (value: bigint) => ({ type: "int8", value: String(value) });
/** Stands in the SQL: no JSON has all of them. */
const real = (value: number) => (Number.isFinite(value) ? value.toExponential() : value > 0 ? "9e999" : "-9e999");
const text = (value: string) => ({ type: "text", value });
const ODD = [
  ...[0n, 1n, -1n, 2n, 2n ** 31n, 2n ** 53n - 1n, 2n ** 53n, 2n ** 53n + 1n, -(2n ** 53n) - 1n].map(integer),
  ...[2n ** 63n - 1n, -(2n ** 63n), 10n ** 18n + 1n].map(integer),
  ...[0.5, -1.5, 3, 0.1, 1e15, 2 ** 53 + 2, 1e18, 2 ** 63, 1e20, 1e21, 1e300, -1e300, 5e-324, 1 / 3].map(real),
  ...[Infinity, -Infinity].map(real),
  ...["", "a", "0", "1", "007", "1.5", "1e5", "1.0", "0x1", " 5", "true", "null", "<blob>", "é\0", "10:30:00"].map(
    text,
  ),
  ...["2024-02-29", "2024-02-29 10:00:00", "9007199254740993", "9223372036854775808", "0.12345678901234567890"].map(
    text,
  ),
  null,
];
const value = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(integer),
  fc.maxSafeInteger().map((n) => integer(BigInt(n))),
  fc.double({ noNaN: true }).map((n) => real(n === 0 ? 0 : n)),
  fc.string({ maxLength: 8 }).map(text),
);

const NUMBERS = /^(INT|BIGINT|DOUBLE|REAL|FLOAT|NUMERIC|DECIMAL|WHATEVER|YEAR)/;
const WHOLE = /^(INT|BIGINT|YEAR)/;
const UNTYPED = ["", "ANY", "JSON"];
/** What JSON shows as an integer beyond 2^53 − 1 is refused before anybody looks at the column. */
const isLong = (shown: unknown) =>
  typeof shown === "number" && /^-?\d{16,}$/.test(JSON.stringify(shown)) && !Number.isSafeInteger(shown);

/** Whether what is stored must come back. In other cases it may be refused. */
function mustBeTaken(type: string, { class: stored }: Stored, shown: unknown): boolean {
  if (isLong(shown) || (type.includes("UNSIGNED") && String(shown).startsWith("-"))) return false;
  if (stored === "null" || UNTYPED.includes(type)) return true;
  if (stored === "integer") return NUMBERS.test(type) || (type === "BOOLEAN" && (shown === 0 || shown === 1));
  if (stored === "real") return NUMBERS.test(type) && !WHOLE.test(type);
  return type === "TEXT" || type === "VARCHAR(30)";
}

/** Whether the same is shown of several values, of which another comes back. The page on Helium lists these. */
function isAmbiguous(type: string, { class: stored }: Stored, shown: unknown): boolean {
  if (type === "" && stored === "integer") return typeof shown === "string";
  // In a column that converts nothing, 3.0 is shown as 3, and an infinity as its name.
  if (UNTYPED.includes(type) && stored === "real") return Number.isSafeInteger(shown) || typeof shown === "string";
  // What SQL has stored as a text is taken for what it says.
  return stored === "text" && ["BOOLEAN", "DATETIME"].includes(type);
}

it.each(TYPES.map((type, i) => [type, i] as const))(
  "what a column %j shows can be sent again, and is the same",
  async (type, i) => {
    const values = [...ODD, ...fc.sample(value, { numRuns: 30, seed: 20_261_128 + i })];
    const sql = (x: string) => `INSERT INTO given${i} (x) VALUES (${x})`;
    const statements = values.map((x) => (typeof x === "string" ? { sql: sql(x) } : { sql: sql("$1"), params: [x] }));
    await must(server, "POST", "/v1/branches/main/batch", { statements });
    const { body } = await session.get(["main", `given${i}`, "data"], { limit: "100" });
    const shown: { id: number; x: unknown }[] = body.data;
    expect(shown).toHaveLength(values.length);
    const stored = await storedIn(`given${i}`);
    const refused: number[] = [];
    for (const row of shown) {
      const answer = await session.insert("main", { [`again${i}`]: [row] });
      if (answer.status !== 200) refused.push(row.id);
      expect([200, 400]).toContain(answer.status);
    }
    const again = await storedIn(`again${i}`);
    for (const { id, x } of shown) {
      const was = stored.get(id)!;
      const about = `${was.sql}, shown as ${JSON.stringify(x)}`;
      if (refused.includes(id)) expect(mustBeTaken(type, was, x), about).toBe(false);
      else if (!isAmbiguous(type, was, x)) expect(again.get(id), about).toEqual(was);
    }
  },
);

async function storedIn(table: string): Promise<ReadonlyMap<number, Stored>> {
  const all = await rows(server, `SELECT id, typeof(x) AS class, quote(x) AS sql FROM ${table}`);
  return new Map(all.map(({ id, ...stored }: Stored & { id: number }) => [id, stored]));
}

it("what is shown is found by a filter", async () => {
  for (const type of ["REAL", "NUMERIC", "", "ANY", "TEXT"]) {
    const table = `given${TYPES.indexOf(type)}`;
    const stored = await storedIn(table);
    expect(stored.size).toBeGreaterThan(ODD.length);
    const { body } = await session.get(["main", table, "data"], { limit: "100" });
    for (const { id, x } of body.data as { id: number; x: null | string | number }[]) {
      if (x === null || isLong(x)) continue;
      const filters = JSON.stringify([{ op: "eq", param: "x", value: x }]);
      const found = await session.get(["main", table, "data"], { filters, limit: "100" });
      expect(
        found.body.data.map((row: { id: number }) => row.id),
        `${type} ${stored.get(id)!.sql}`,
      ).toContain(id);
    }
  }
});

it.each([
  ["DECIMAL(20, 2)", "9007199254740993", "9007199254740993"],
  ["NUMERIC", "-9223372036854775808", "-9223372036854775808"],
  ["NUMERIC", "1234567890.12", 1234567890.12],
  ["NUMERIC", "+0.50", 0.5],
  ["NUMERIC", "1e3", 1000],
  ["DOUBLE", "0.12345678901234567890", 0.12345678901234568],
  ["DECIMAL(20, 2)", "123456789012345678.25", null],
  ["NUMERIC", "9223372036854775809", null],
  ["WHATEVER", "0.12345678901234567890", null],
])("a text in a column %s is kept to its last digit, or refused: %s", async (type, given, shown) => {
  const table = `again${TYPES.indexOf(type)}`;
  await must(server, "POST", "/v1/branches/main/execute", { sql: `DELETE FROM ${table}` });
  const { status, body } = await session.insert("main", { [table]: [{ id: 1, x: given }] });
  if (shown === null) expect([status, body.message]).toEqual([400, '"x" has more digits than can be kept']);
  else expect((await session.get(["main", table, "data"])).body.data).toEqual([{ id: 1, x: shown }]);
});
