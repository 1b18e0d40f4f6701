import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HeliumSession } from "../support/helium.js";
import { execute, must, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
let session: HeliumSession;

beforeAll(async () => {
  server = await startServer();
  const definitions = [
    "CREATE TABLE foo (pk INTEGER PRIMARY KEY, name VARCHAR(5))",
    "CREATE TABLE foo__part (pk INT PRIMARY KEY, foo INT NOT NULL REFERENCES foo, twice AS (pk * 2))",
    "CREATE TABLE bar (pk INT PRIMARY KEY)",
    `CREATE TABLE typed (i INT, u INT UNSIGNED, f DOUBLE, ok BOOLEAN, d DATE, at DATETIME, t TIME,
     e TEXT CHECK (e IN ('a', 'b')), s CHAR(3), blob BLOB, x, n INT NOT NULL)`,
  ];
  await must(server, "POST", "/v1/branches/main/batch", { statements: definitions.map((sql) => ({ sql })) });
  session = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

const NULLS = {
  i: null,
  u: null,
  f: null,
  ok: null,
  d: null,
  at: null,
  t: null,
  e: null,
  s: null,
  blob: null,
  x: null,
  n: 0,
};
const typed = (cells: object) => session.insert("main", { typed: [{ ...NULLS, ...cells }] });
const refusal = async (body: unknown) => {
  const { status, body: answer } = await session.insert("main", body);
  return [status, answer.message];
};

describe("an insert", () => {
  it("has one row of one master, and parts of that", async () => {
    const foo = { pk: 50, name: null };
    const part = { pk: 1, foo: 50 };
    const belongs = "Part table data must be inserted with the master it belongs to";
    expect(await refusal({})).toEqual([400, "Expecting exactly 1 master table, got 0"]);
    expect(await refusal({ foo__part: [part] })).toEqual([400, "Expecting exactly 1 master table, got 0"]);
    expect(await refusal({ foo: [foo], bar: [{ pk: 1 }] })).toEqual([400, "Expecting exactly 1 master table, got 2"]);
    expect(await refusal({ bar: [{ pk: 1 }], foo__part: [part] })).toEqual([400, belongs]);
    expect(await refusal({ foo: [] })).toEqual([400, '"foo" must contain 1 items, got 0']);
    expect(await refusal({ foo: [foo, foo] })).toEqual([400, '"foo" must contain 1 items, got 2']);
    expect(await refusal({ foo: [foo], absent__part: [] })).toEqual([404, "No such table"]);
    expect(await refusal({ foo: [foo], FOO: [foo] })).toEqual([400, "Expecting exactly 1 master table, got 2"]);
    const parts = Array.from({ length: 26 }, (_, i) => ({ pk: i, foo: 50 }));
    expect(await refusal({ foo: [foo], foo__part: parts })).toEqual([400, '"foo__part" must contain at most 25 items']);
    expect(await session.insert("main", { foo__part: parts.slice(1), foo: [foo] })).toMatchObject({ status: 200 });
    expect((await session.get(["main", "foo", "pluck"], { pk: "50" })).body.foo__part).toHaveLength(25);
  });

  it.each<[string, unknown]>([
    ["a list", []],
    ["a text", '"x"'],
    ["a row", { foo: { pk: 1 } }],
    ["a list of texts", { foo: ["x"] }],
    ["null", { foo: null }],
    ["a row that is null", { foo: [null] }],
  ])("is rows by table, and not %s", async (_, body) => {
    const { status, body: answer } = await session.insert("main", body, { "content-type": "application/json" });
    expect([status, answer]).toEqual([400, { message: expect.any(String) }]);
  });

  it("has every column, and no other", async () => {
    expect(await refusal({ foo: [{ pk: 60 }] })).toEqual([400, '"name" is required']);
    expect(await refusal({ foo: [{ pk: 60, name: null, more: 1 }] })).toEqual([400, '"more" is not allowed']);
    expect(await refusal({ foo: [{ pk: 60, NAME: null }] })).toEqual([400, '"NAME" is not allowed']);
    expect(await refusal({ foo: [{ pk: 60, name: null, rowid: 1 }] })).toEqual([400, '"rowid" is not allowed']);
    const part = { pk: 900, foo: 60, twice: 1 };
    expect(await refusal({ foo: [{ pk: 60, name: null }], foo__part: [part] })).toEqual([
      400,
      '"twice" is generated and must be left out',
    ]);
  });

  it("leaves the key to SQLite where it is null", async () => {
    await must(server, "POST", "/v1/branches", { name: "keys" });
    expect((await session.insert("keys", { foo: [{ pk: null, name: "next" }] })).status).toBe(200);
    expect(await rows(server, "SELECT max(pk) = 51 AS next FROM foo WHERE name = 'next'", "keys")).toEqual([
      { next: 1 },
    ]);
  });

  it("of what breaks a constraint is refused in the database's words", async () => {
    const name = null;
    expect(await refusal({ foo: [{ pk: 50, name }] })).toEqual([400, "Cannot insert duplicate entry"]);
    const orphan = { foo: [{ pk: 70, name }], foo__part: [{ pk: 100, foo: 71 }] };
    expect(await refusal(orphan)).toEqual([400, expect.stringMatching(/foreign key/i)]);
    expect(await refusal({ foo: [{ pk: 70, name }], foo__part: [{ pk: 100, foo: null }] })).toEqual([
      400,
      '"foo" must not be null',
    ]);
    expect(await rows(server, "SELECT * FROM foo WHERE pk = 70")).toEqual([]);
  });

  it.each([
    ["i", 5, 5n],
    ["i", "-5", -5n],
    ["i", "9223372036854775807", "9223372036854775807"],
    ["u", 0, 0n],
    ["f", "1.5", 1.5],
    ["f", 2, 2],
    ["f", "-Infinity", "-Infinity"],
    ["ok", true, 1n],
    ["ok", "false", 0n],
    ["ok", 1, 1n],
    ["d", "2024-02-29", "2024-02-29"],
    ["at", "2024-02-29 23:59:59", "2024-02-29 23:59:59"],
    ["at", "2024-02-29T23:59:59Z", "2024-02-29 23:59:59"],
    ["at", "2024-02-29", "2024-02-29 00:00:00"],
    ["t", "12:30:00", "12:30:00"],
    ["e", "b", "b"],
    ["s", "éé\u{1f600}", "éé\u{1f600}"],
    ["s", "a\0'", "a\0'"],
    ["x", 1, 1n],
    ["x", "1", "1"],
    ["x", true, 1n],
    ["x", 1.5, 1.5],
  ] as const)("into column %s takes %j", async (column, given, kept) => {
    await execute(server, "DELETE FROM typed");
    expect(await typed({ [column]: given })).toMatchObject({ status: 200, body: {} });
    const value = typeof kept === "bigint" ? Number(kept) : kept;
    expect((await session.get(["main", "typed", "data"])).body.data).toEqual([{ ...NULLS, [column]: value }]);
    if (column === "x") {
      const [{ t }] = await rows(server, "SELECT typeof(x) AS t FROM typed");
      expect(t).toBe(typeof kept === "string" ? "text" : typeof kept === "bigint" ? "integer" : "real");
    }
  });

  it.each<[string, unknown, string]>([
    ["i", "abc", "must be an integer"],
    ["i", 1.5, "must be an integer"],
    ["i", true, "must be an integer"],
    ["i", "9223372036854775808", "must be a 64-bit integer"],
    ["i", [1], "must be an integer"],
    ["u", -1, "must not be negative"],
    ["f", "one", "must be a number"],
    ["f", "1e999", "must be a number that a double can hold"],
    ["f", {}, "must be a number"],
    ["ok", "yes", "must be a boolean"],
    ["ok", 2, "must be a boolean"],
    ["ok", "constructor", "must be a boolean"],
    ["d", "2023-02-29", "must be a date in the form YYYY-MM-DD"],
    ["d", "29.02.2024", "must be a date in the form YYYY-MM-DD"],
    ["d", 20240229, "must be a date in the form YYYY-MM-DD"],
    ["at", "2024-02-30 00:00:00", "must be a time in the form YYYY-MM-DD HH:mm:ss"],
    ["at", "2024-02-29 25:00:00", "must be a time in the form YYYY-MM-DD HH:mm:ss"],
    ["t", "noon", "must be a time in the form HH:mm:ss"],
    ["e", "c", "must be one of a, b"],
    ["s", "four", "must have at most 3 characters"],
    ["s", 1, "must be a string"],
    ["blob", "x", "must be null: blobs can't be sent"],
    ["n", null, "must not be null"],
    ["x", { a: 1 }, "must be a string"],
  ])("into column %s refuses %j", async (column, given, why) => {
    const { status, body } = await typed({ [column]: given });
    expect([status, body]).toEqual([400, { message: `"${column}" ${why}` }]);
  });

  it("takes effect once, however often it is sent with one key", async () => {
    const body = { bar: [{ pk: 77 }] };
    const headers = { "idempotency-key": "bar-77" };
    const first = await session.insert("main", body, headers);
    const second = await session.insert("main", body, headers);
    expect([first.status, first.body, first.headers.get("idempotency-replayed")]).toEqual([200, {}, null]);
    expect([second.status, second.body, second.headers.get("idempotency-replayed")]).toEqual([200, {}, "true"]);
    expect((await session.insert("main", { bar: [{ pk: 78 }] }, headers)).status).toBe(422);
    expect(await refusal(body)).toEqual([400, "Cannot insert duplicate entry"]);
  });

  it("stands in the audit log", async () => {
    expect((await session.insert("main", { bar: [{ pk: 99 }] })).status).toBe(200);
    const { entries } = await must(server, "GET", "/v1/audit?operation=heliumInsert&limit=1");
    expect(entries[0]).toMatchObject({ operation: "heliumInsert", branch: "main", status: 200 });
    expect(entries[0].scn).toBeGreaterThan(0);
  });

  it("into a branch that takes no writes is refused", async () => {
    await must(server, "POST", "/v1/branches", { name: "kept", options: { read_only: true } });
    const { status, body } = await session.insert("kept", { bar: [{ pk: 1 }] });
    expect([status, body]).toEqual([403, { message: expect.stringContaining("read-only") }]);
  });
});
