import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const QUERY = "/v1/branches/main/query";
const EXECUTE = "/v1/branches/main/execute";
const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, age INTEGER)");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice', 'alice@example.com', 30), (2, 'Bob', NULL, 20)");
});
afterAll(() => server?.remove());

describe("a query", () => {
  it("answers as the tutorial shows it", async () => {
    const answer = await post(server, QUERY, {
      sql: "SELECT id, name, email FROM users WHERE age > $1",
      params: [{ type: "int4", value: 25 }],
    });
    expect(answer.status).toBe(200);
    expect(answer.body).toMatchObject({
      columns: ["id", "name", "email"],
      column_types: ["int4", "text", "text"],
      rows: [{ id: 1, name: "Alice", email: "alice@example.com" }],
      row_count: 1,
      truncated: false,
    });
    expect(Number.isInteger(answer.body.execution_time_ms)).toBe(true);
  });

  it("answers as the specification shows it", async () => {
    const sql = "SELECT name, COUNT(*) AS n FROM users GROUP BY name ORDER BY name";
    const answer = await post(server, QUERY, { sql, params: [], timeout_ms: 30000 }, { accept: SPEC });
    expect(answer.body).toMatchObject({
      success: true,
      data: {
        columns: ["name", "n"],
        column_types: ["TEXT", "BIGINT"],
        rows: [
          ["Alice", 1],
          ["Bob", 1],
        ],
        row_count: 2,
      },
    });
  });

  it("tells equal column names apart", async () => {
    const sql = 'SELECT 1 AS a, 2 AS a, 3 AS "a:1", 4 AS __proto__';
    const { body } = await post(server, QUERY, { sql });
    expect(body.columns).toEqual(["a", "a:2", "a:1", "__proto__"]);
    expect(Object.entries(body.rows[0])).toEqual([
      ["a", 1],
      ["a:2", 2],
      ["a:1", 3],
      ["__proto__", 4],
    ]);
    expect((await post(server, QUERY, { sql: "SELECT 1 AS a, 2 AS a" })).body.columns).toEqual(["a", "a:1"]);
  });

  it("keeps integers and reals apart, and every digit", async () => {
    const { body } = await post(server, QUERY, {
      sql: "SELECT typeof($1) AS a, typeof($2) AS b, $3 AS c, typeof($4) AS d",
      params: [5, 5.5, { type: "int8", value: "9007199254740993" }, { type: "float8", value: 5 }],
    });
    expect(body.rows).toEqual([{ a: "integer", b: "real", c: "9007199254740993", d: "real" }]);
  });

  it("takes values by name, typed or plain, in each of SQLite's spellings", async () => {
    const { body } = await post(server, QUERY, {
      sql: "SELECT :a AS a, @b AS b, $c AS c, :a AS again, typeof(:__proto__) AS d",
      params: JSON.parse('{"a": 1, "b": {"type": "int8", "value": "9007199254740993"}, "c": null, "__proto__": "x"}'),
    });
    expect(body.rows).toEqual([{ a: 1, b: "9007199254740993", c: null, again: 1, d: "text" }]);
    const sql = "UPDATE users SET age = :age WHERE id = :id";
    expect(await must(server, "POST", EXECUTE, { sql, params: { id: 2, age: 26 } })).toMatchObject({
      affected_rows: 1,
    });
  });

  it("can be cut and explained", async () => {
    const sql = "SELECT id FROM users ORDER BY id";
    const { body } = await post(server, QUERY, { sql, max_rows: 1, explain: true });
    expect(body).toMatchObject({ rows: [{ id: 1 }], truncated: true });
    expect(body.execution_plan).toContain("users");
  });

  it("stops at its time limit: 408, and the server goes on", async () => {
    const started = Date.now();
    const answer = await post(server, QUERY, { sql: ENDLESS, timeout_ms: 200 });
    expect(answer.body).toMatchObject({ status: 408, error: "QueryTimeout", code: "QUERY_TIMEOUT" });
    expect(Date.now() - started).toBeLessThan(20_000);
    expect(await rows(server, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });

  it("reads the past in three ways", async () => {
    const { scn } = await must(server, "POST", QUERY, { sql: "SELECT 1" });
    await execute(server, "UPDATE users SET age = 99 WHERE id = 1");
    const sql = "SELECT age FROM users WHERE id = 1";
    for (const asOf of [
      { type: "scn", value: scn },
      `scn:${scn}`,
      { type: "snapshot", value: `snap_${scn.toString(36)}` },
    ]) {
      const then = await must(server, "POST", QUERY, { sql, as_of: asOf });
      expect([then.rows, then.scn]).toEqual([[{ age: 30 }], scn]);
    }
    expect(await rows(server, `SELECT age FROM users AS OF SCN ${scn} WHERE id = 1`)).toEqual([{ age: 30 }]);
    expect(
      (await get(server, `/v1/branches/main/tables/users/data?as_of=scn:${scn}&filter=id=1`)).body.rows[0].age,
    ).toBe(30);
    const both = `SELECT n.age AS now, o.age AS past FROM users n JOIN users AS OF SCN ${scn} o USING (id) WHERE id = 1`;
    expect(await rows(server, both)).toEqual([{ now: 99, past: 30 }]);
  });

  it.each([
    [{ sql: "DROP TABLE users" }, 400, "NOT_A_QUERY", "execute"],
    [{ sql: "DELETE FROM users RETURNING id" }, 400, "NOT_A_QUERY", ""],
    [{ sql: "SELEC 1" }, 400, "INVALID_SQL", "SELEC"],
    [{ sql: "SELECT 1; SELECT 2" }, 400, "MULTIPLE_STATEMENTS", ""],
    [{ sql: "-- nothing" }, 400, "MULTIPLE_STATEMENTS", ""],
    [{ sql: "BEGIN" }, 400, "TRANSACTION_CONTROL", ""],
    [{ sql: "SELECT * FROM nope" }, 422, "SQL_NAME_NOT_FOUND", "nope"],
    [{ sql: "SELECT $1, $2", params: [1] }, 400, "PARAM_COUNT", ""],
    [{ sql: "SELECT $1", params: [{ type: "int4", value: "x" }] }, 400, "PARAM_TYPE", "int4"],
    [{ sql: "SELECT :a", params: { a: { type: "int4", value: "x" } } }, 400, "PARAM_TYPE", "'params.a'"],
    [{ sql: "SELECT :a", params: { b: 1 } }, 400, "PARAM_COUNT", ":a"],
    [{ sql: "SELECT :a", params: { a: 1, b: 1 } }, 400, "PARAM_COUNT", "'b'"],
    [{ sql: "SELECT $1", params: { type: "int4", value: 1 } }, 400, "PARAM_COUNT", "$1"],
    [{ sql: "SELECT $1", params: 1 }, 400, "INVALID_FIELD", "a list, or an object by name"],
    [{ sql: "SELECT 1", timeout_ms: 0 }, 400, "INVALID_FIELD", "timeout_ms"],
    [{ sql: "SELECT 1", timeout_ms: 300_001 }, 400, "INVALID_FIELD", "at most 300000"],
    [{ sql: "SELECT 1", max_rows: 10_001 }, 400, "INVALID_FIELD", "at most 10000"],
    [{ sql: "SELECT 1", timeout: 5 }, 400, "UNKNOWN_FIELD", "Did you mean 'timeout_ms'?"],
    [{ sql: "SELECT 1", as_of: { type: "tomorrow" } }, 400, "INVALID_POINT", ""],
    [{ sql: "SELECT 1", as_of: { type: "scn", vlaue: 1 } }, 400, "UNKNOWN_FIELD", "Did you mean 'value'?"],
    [{ sql: 5 }, 400, "INVALID_FIELD", "'sql' must be a string"],
    [{}, 400, "INVALID_FIELD", "'sql' is required"],
  ])("%j is refused", async (body, status, code, message) => {
    const answer = await post(server, QUERY, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });
});

describe("a statement", () => {
  it("answers as the tutorial shows it", async () => {
    const insert = await post(server, EXECUTE, {
      sql: "INSERT INTO users (id, name, email) VALUES ($1, $2, $3)",
      params: [
        { type: "int4", value: 200 },
        { type: "text", value: "Eve" },
        { type: "text", value: "eve@example.com" },
      ],
      timeout_ms: 5000,
    });
    expect(insert.status).toBe(200);
    expect(insert.body).toMatchObject({
      statement_type: "INSERT",
      affected_rows: 1,
      message: "INSERT statement executed successfully on branch 'main'",
    });
    const create = "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL)";
    expect((await post(server, EXECUTE, { sql: create })).body).toMatchObject({
      statement_type: "CREATE_TABLE",
      affected_rows: 0,
      message: "CREATE_TABLE statement executed successfully on branch 'main'",
    });
  });

  it("gives back the rows of RETURNING in both dialects", async () => {
    const sql = "UPDATE users SET age = 21 WHERE id = 2 RETURNING id, age";
    expect((await post(server, EXECUTE, { sql })).body).toMatchObject({
      affected_rows: 1,
      columns: ["id", "age"],
      rows: [{ id: 2, age: 21 }],
      row_count: 1,
    });
    expect((await post(server, EXECUTE, { sql }, { accept: SPEC })).body.data).toMatchObject({ rows: [[2, 21]] });
  });

  it("that runs out of time leaves nothing behind", async () => {
    const sql = `INSERT INTO users (name) SELECT 'x' FROM (${ENDLESS})`;
    const answer = await post(server, EXECUTE, { sql, timeout_ms: 300 });
    expect([answer.status, answer.body.code]).toEqual([408, "QUERY_TIMEOUT"]);
    expect(await rows(server, "SELECT count(*) AS n FROM users WHERE name = 'x'")).toEqual([{ n: 0 }]);
  });

  it.each([
    [{ sql: "SELECT * FROM users" }, 400, "NOT_A_STATEMENT", "query"],
    [{ sql: "INSERT INTO users (id) VALUES (1)" }, 409, "UNIQUE_VIOLATION", ""],
    [{ sql: "COMMIT" }, 400, "TRANSACTION_CONTROL", ""],
    [{ sql: "VACUUM" }, 403, "SQL_NOT_ALLOWED", ""],
    [{ sql: "PRAGMA writable_schema = ON" }, 403, "SQL_NOT_ALLOWED", ""],
    [{ sql: "INSERT INTO users (id) VALUES (1); DROP TABLE users" }, 400, "MULTIPLE_STATEMENTS", ""],
    [{ sql: "UPDATE nope SET a = 1" }, 422, "SQL_NAME_NOT_FOUND", "nope"],
  ])("%j is refused", async (body, status, code, message) => {
    const answer = await post(server, EXECUTE, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });
});
