import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { execute, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
let session: HeliumSession;
const DATA = ["main", "n", "data"];

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE n (id INTEGER PRIMARY KEY, even INT)");
  const numbers =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 130) SELECT i, i % 2 = 0 FROM n";
  await execute(server, `INSERT INTO n ${numbers}`);
  session = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

describe("a page of rows", () => {
  it.each([
    [{}, 25, 1],
    [{ limit: "1" }, 1, 1],
    [{ limit: "100" }, 100, 1],
    [{ limit: "101" }, 100, 1],
    [{ limit: "1e9" }, 1, 1],
    [{ limit: "99999999999999999999" }, 100, 1],
    [{ page: "2" }, 25, 26],
    [{ page: "0" }, 25, 1],
    [{ page: "-3" }, 25, 1],
    [{ page: "x" }, 25, 1],
    [{ page: "6" }, 5, 126],
    [{ sort: "id" }, 25, 1],
    [{ sort: "-id" }, 25, 130],
    [{ sort: " -ID " }, 25, 130],
    [{ sort: "-even" }, 25, 130],
    [{ sort: "" }, 25, 1],
  ] as const)("is that which %j asks for", async (query, size, first) => {
    const { status, body } = await session.get(DATA, query);
    expect([status, body.size, body.data.length, body.totalRows, body.data[0].id]).toEqual([
      200,
      size,
      size,
      130,
      first,
    ]);
  });

  it.each(["0", "-1", "x", "", "NaN"])("has no limit of %j", async (limit) => {
    const { status, body } = await session.get(DATA, { limit });
    expect([status, body]).toEqual([400, { message: "limit must be above 0" }]);
  });

  it.each(["7", "1000000", "99999999999999999999"])("is not there behind the end: %s", async (page) => {
    const { status, body } = await session.get(DATA, { page });
    expect([status, body.message]).toEqual([400, expect.stringMatching(/^Page too high: \d+$/)]);
  });

  it("of an empty table is the first one", async () => {
    const query = { filters: '[{"op":"gt","param":"id","value":"1000"}]' };
    expect((await session.get(DATA, query)).body).toEqual({ size: 0, data: [], totalRows: 0 });
  });

  it("follows another without a row twice or left out, whatever is sorted by", async () => {
    const ids: number[] = [];
    for (let page = 1; page <= 6; page++) {
      const { body } = await session.get(DATA, { sort: "even", page: String(page) });
      ids.push(...body.data.map(({ id }: { id: number }) => id));
    }
    expect(ids.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
  });

  it("refuses a column that there is not, and a parameter that means nothing", async () => {
    const unknown = { message: "Tried to reference unknown column" };
    for (const sort of ["absent", "-absent", "--id", "rowid", "-", "1"])
      expect(await session.get(DATA, { sort })).toMatchObject({ status: 400, body: unknown });
    const filters = '[{"op":"eq","param":"absent","value":"1"}]';
    expect(await session.get(DATA, { filters })).toMatchObject({ status: 400, body: unknown });
    const { status, body } = await session.get(DATA, { filter: "[]" });
    expect([status, body.message]).toEqual([400, expect.stringContaining("'filters'")]);
  });
});

describe("values", () => {
  it("are shown as they are stored, and blobs are not", async () => {
    await execute(server, "CREATE TABLE v (id INTEGER PRIMARY KEY, v, d DATETIME, flag BOOLEAN, b BLOB, f REAL)");
    await execute(
      server,
      `INSERT INTO v VALUES (1, 9007199254740993, '2020-01-01T10:00:00Z', 1, x'00', 9e999), (2, x'ff', 1577872800, 0, 'text', -9e999),
       (3, -9223372036854775808, '2020-01-01 10:00:00', NULL, NULL, 0.1), (4, 'a' || char(0) || 'b', NULL, 7, 5, 1e300)`,
    );
    expect((await session.get(["main", "v", "data"])).body.data).toEqual([
      { id: 1, v: "9007199254740993", d: "2020-01-01T10:00:00Z", flag: 1, b: "<blob>", f: "Infinity" },
      { id: 2, v: "<blob>", d: 1577872800, flag: 0, b: "<blob>", f: "-Infinity" },
      { id: 3, v: "-9223372036854775808", d: "2020-01-01 10:00:00", flag: null, b: null, f: 0.1 },
      { id: 4, v: "a\0b", d: null, flag: 7, b: "<blob>", f: 1e300 },
    ]);
    for (const [v, id] of [
      ["9007199254740993", 1],
      ["-9223372036854775808", 3],
      ["a\0b", 4],
    ] as const)
      expect((await session.get(["main", "v", "pluck"], { v })).body.v[0].id).toBe(id);
  });

  it("of a column come once each, in order", async () => {
    await execute(server, "CREATE TABLE c (id INTEGER PRIMARY KEY, v)");
    await execute(
      server,
      "INSERT INTO c (v) VALUES (2), ('b'), (NULL), (1), ('a'), (2), (x'01'), ('b'), (1.5), (NULL)",
    );
    expect((await session.get(["main", "c", "column", "V"])).body).toEqual([null, 1, 1.5, 2, "a", "b", "<blob>"]);
    const { status, body } = await session.get(["main", "c", "column", "absent"]);
    expect([status, body]).toEqual([400, { message: "Tried to reference unknown column" }]);
  });

  it("of a column with more than a response may have are refused", async () => {
    await execute(server, "CREATE TABLE many (v INTEGER PRIMARY KEY)");
    const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10001) SELECT i FROM n";
    await execute(server, `INSERT INTO many ${numbers}`);
    const { status, body } = await session.get(["main", "many", "column", "v"]);
    expect([status, body]).toEqual([400, { message: "The column has more than 10000 different values." }]);
  });
});

describe("plucking", () => {
  it("needs exactly one row", async () => {
    const message = (n: number) => ({ message: `Provided constraints did not produce exactly 1 result, got ${n}` });
    for (const [query, n] of [
      [{}, 130],
      [{ even: "1" }, 65],
      [{ id: "0" }, 0],
      [{ id: "1", even: "1" }, 0],
    ] as const)
      expect(await session.get(["main", "n", "pluck"], query)).toMatchObject({ status: 400, body: message(n) });
    expect((await session.get(["main", "n", "pluck"], { id: "7", even: "0" })).body).toEqual({
      n: [{ id: 7, even: 0 }],
    });
  });

  it("takes every parameter for a column", async () => {
    for (const name of ["page", "limit", "filters", "as_of"])
      expect((await session.get(["main", "n", "pluck"], { id: "1", [name]: "1" })).body).toEqual({
        message: "Tried to reference unknown column",
      });
  });

  it("finds the parts that refer to the row, whatever they refer by", async () => {
    const definitions = [
      "CREATE TABLE m (a TEXT, b INT UNIQUE, c REAL, PRIMARY KEY (a, c))",
      "CREATE TABLE m__by_key (x INTEGER PRIMARY KEY, a TEXT, c REAL, FOREIGN KEY (a, c) REFERENCES m)",
      "CREATE TABLE m__by_unique (x INTEGER PRIMARY KEY, b INT REFERENCES M (B))",
      "CREATE TABLE m__unrelated (x INTEGER PRIMARY KEY)",
      "CREATE TABLE mm__x (x INTEGER PRIMARY KEY, b INT REFERENCES m (b))",
      "INSERT INTO m VALUES ('it''s \" \u00e9', NULL, 0.1), ('a', 9007199254740993, 1e300)",
      "INSERT INTO m__by_key VALUES (1, 'it''s \" \u00e9', 0.1), (2, 'a', 1e300), (3, 'a', 1e300)",
      "INSERT INTO m__by_unique VALUES (1, 9007199254740993), (2, NULL)",
      "INSERT INTO m__unrelated VALUES (1)",
    ];
    await must(server, "POST", "/v1/branches/main/batch", { statements: definitions.map((sql) => ({ sql })) });
    const first = (await session.get(["main", "m", "pluck"], { c: "0.1" })).body;
    expect(Object.keys(first)).toEqual(["m", "m__by_key"]);
    expect(first.m__by_key.map(({ x }: { x: number }) => x)).toEqual([1]);
    const second = (await session.get(["main", "m", "pluck"], { a: "a" })).body;
    expect(second).toMatchObject({ m__by_key: [{ x: 2 }, { x: 3 }], m__by_unique: [{ x: 1, b: "9007199254740993" }] });
  });
});
