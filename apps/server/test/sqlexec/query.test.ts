import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, get, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { type QueryAnswer, query, send } from "../support/signing.js";

let server: TestServer;
let head: number;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, on_it BOOLEAN)");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice', 1), (2, 'Bob', 0)");
  head = (await must(server, "POST", "/v1/branches/main/query", { sql: "SELECT 1" })).scn;
  await must(server, "POST", "/v1/branches", { name: "dev" });
});
afterAll(() => server?.remove());

const run = (sql: string, more: object = {}, key: string = KEYS.write) => query(server, key, sql, more);
const raw = (body: string | Uint8Array, headers = {}) =>
  send(server, { method: "POST", path: "/api/v1/query", body }, { "x-api-key": KEYS.write, ...headers });
const shown = ({ status, body }: QueryAnswer) => [status, body];
const failed = (error: string) => [400, { error, code: 400 }];
const names = async (database = "main") =>
  (await run("SELECT name FROM users ORDER BY id", { database })).body.rows.flat();

describe("rows", () => {
  it("are lists, with the names of columns, equal ones too", async () => {
    const { status, headers, body } = await run("SELECT id, name, id FROM users ORDER BY id");
    expect([status, headers.get("content-type")]).toEqual([200, "application/json"]);
    const rows = [
      [1, "Alice", 1],
      [2, "Bob", 2],
    ];
    expect(body).toEqual({ columns: ["id", "name", "id"], rows, total: 2, truncated: false });
    const none = { columns: ["id"], rows: [], total: 0, truncated: false };
    expect((await run("SELECT id FROM users WHERE id > 9")).body).toEqual(none);
  });

  it("hold exact values, as on /v1", async () => {
    const sql =
      "SELECT 9007199254740991, 9007199254740993, -9223372036854775808, x'00ff', 9e999, -9e999, 9e999 - 9e999, 1.5, NULL";
    const exact = [9007199254740991, "9007199254740993", "-9223372036854775808", "AP8="];
    expect((await run(sql)).body.rows).toEqual([[...exact, "Infinity", "-Infinity", null, 1.5, null]]);
    expect((await run("SELECT on_it FROM users ORDER BY id")).body.rows).toEqual([[true], [false]]);
    const v1 = await must(server, "POST", "/v1/branches/main/query", { sql });
    expect((await run(sql)).body.rows[0]).toEqual(Object.values(v1.rows[0]));
  });

  it("are 10,000 at most, and whether there are more is said", async () => {
    const upTo = (n: number) =>
      `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${n}) SELECT i FROM c`;
    const all = (await run(upTo(10_000))).body;
    expect([all.rows.length, all.total, all.truncated]).toEqual([10_000, 10_000, false]);
    const cut = (await run(upTo(10_001))).body;
    expect([cut.rows.at(-1), cut.total, cut.truncated]).toEqual([[10_000], 10_000, true]);
  });

  it("are as few as the server's own limit", async () => {
    const small = await startServer({ database: { maxRows: 2 } });
    const { body } = await query(small, KEYS.read, "VALUES (1), (2), (3)");
    expect(body).toMatchObject({ rows: [[1], [2]], total: 2, truncated: true });
    await small.remove();
  });
});

describe("what a statement does decides how it runs", () => {
  it.each([
    ["/* SELECT */ INSERT INTO users (name) VALUES ('c')", { affected_rows: 1 }],
    ["-- SELECT\n  insert into users (name) values ('d'), ('e')", { affected_rows: 2 }],
    ["WITH n(v) AS (SELECT 'f') INSERT INTO users (name) SELECT v FROM n", { affected_rows: 1 }],
    ["WITH n AS (SELECT 1) UPDATE users SET on_it = 1 WHERE name IN ('c', 'd')", { affected_rows: 2 }],
    ["REPLACE INTO users (id, name) VALUES (2, 'Bob')", { affected_rows: 1 }],
    ["DELETE FROM users WHERE name = 'nobody'", { affected_rows: 0 }],
    ["CREATE TABLE other (a)", { affected_rows: 0 }],
    ["DROP TABLE other;", { affected_rows: 0 }],
    ["WITH n AS (SELECT 1 AS v) SELECT v FROM n", { columns: ["v"], rows: [[1]], total: 1, truncated: false }],
    ["  /* x */ VALUES (1)", { columns: ["column1"], rows: [[1]], total: 1, truncated: false }],
    [
      "INSERT INTO users (id, name) VALUES (77, 'g') RETURNING id, name",
      { columns: ["id", "name"], rows: [[77, "g"]], total: 1, truncated: false },
    ],
    ["DELETE FROM users WHERE id > 2 RETURNING count(*) > 9", "execute failed"],
    ["DELETE FROM users WHERE id > 2", { affected_rows: 5 }],
  ])("%s", async (sql, expected) => {
    const answer = await run(sql, { database: "dev" });
    expect(shown(answer)).toEqual(typeof expected === "string" ? failed(expected) : [200, expected]);
  });

  it("EXPLAIN runs nothing, and the PRAGMAs are those that read", async () => {
    expect((await run("EXPLAIN QUERY PLAN SELECT * FROM users")).body.columns).toContain("detail");
    expect(shown(await run("EXPLAIN DELETE FROM users"))).toEqual(failed("query failed"));
    expect((await run("PRAGMA table_info(users)")).body.total).toBe(3);
    for (const sql of ["PRAGMA journal_mode = DELETE", "PRAGMA module_list", "EXPLAIN PRAGMA user_version = 1"]) {
      expect(shown(await run(sql))).toEqual(failed("query failed"));
    }
    expect(await names()).toEqual(["Alice", "Bob"]);
  });

  it("a key that may only read is told so, whatever the statement begins with", async () => {
    for (const sql of [
      "DELETE FROM users",
      "WITH n AS (SELECT 1) DELETE FROM users",
      "/* SELECT */ DELETE FROM users",
      "WITH n AS (SELECT 1) INSERT INTO users (name) VALUES ('x') RETURNING id",
      "DROP TABLE users",
    ]) {
      expect([sql, ...shown(await run(sql, {}, KEYS.read))]).toEqual([sql, 403, { error: "forbidden", code: 403 }]);
    }
    expect(shown(await run("SELECT 1", {}, KEYS.nothing))).toEqual([403, { error: "forbidden", code: 403 }]);
    expect(shown(await run("SELECT 1", {}, KEYS.merge))).toEqual([403, { error: "forbidden", code: 403 }]);
    expect(await names()).toEqual(["Alice", "Bob"]);
  });
});

describe("database", () => {
  it("is a branch by name or id, main where there is none", async () => {
    const { id } = await must(server, "GET", "/v1/branches/dev");
    await run("INSERT INTO users (id, name) VALUES (5, 'Eve')", { database: id });
    expect(await names("dev")).toContain("Eve");
    for (const database of [undefined, null, ""]) {
      expect((await run("SELECT count(*) FROM users", { database })).body.rows).toEqual([[2]]);
    }
  });

  it("with a point reads an earlier state, and never writes", async () => {
    const { id } = await must(server, "POST", "/v1/branches/main/snapshots");
    await execute(server, "INSERT INTO users VALUES (3, 'Cid', 0)");
    for (const point of [`scn:${head}`, `snapshot:${id}`, `tx:${head}`]) {
      expect([point, await names(`main@${point}`)]).toEqual([point, ["Alice", "Bob"]]);
    }
    expect(await names("main@now")).toHaveLength(3);
    expect((await run(`SELECT count(*) FROM users AS OF SCN ${head}`)).body.rows).toEqual([[2]]);
    for (const point of [`scn:${head}`, "now", new Date().toISOString()]) {
      for (const sql of ["DELETE FROM users", "WITH n AS (SELECT 1) DELETE FROM users", "CREATE TABLE x (a)"]) {
        expect(shown(await run(sql, { database: `main@${point}` }))).toEqual(failed("execute failed"));
      }
    }
    await execute(server, "DELETE FROM users WHERE id = 3");
  });

  it.each([
    "nowhere",
    "main@",
    "main@never",
    "main@scn:999999",
    "@scn:1",
    "main@2999-01-01",
    "br_aaaaaaaaaaaaaaaa",
    " main",
  ])("%j is none", async (database) => {
    expect(shown(await run("SELECT 1", { database }))).toEqual(failed("query failed"));
    expect(shown(await run("SHOW TABLES", { database }))).toEqual(failed("query failed"));
    expect(shown(await run("DELETE FROM users", { database }))).toEqual(failed("execute failed"));
  });
});

describe("an error tells no cause", () => {
  it.each([
    ["SELECT * FROM nonexistent_table", "query failed"],
    ["SELECT nothing FROM users", "query failed"],
    ["SELECT FROM WHERE", "query failed"],
    ["SELECT 'unclosed", "query failed"],
    ["SELECT 1; DROP TABLE users", "query failed"],
    ["SELECT load_extension('/tmp/x.so')", "query failed"],
    ["SELECT * FROM _helios_commits", "query failed"],
    ["SELECT ?", "query failed"],
    ["SELECT printf('%.*c', 40000000, 'x')", "query failed"],
    ["INSERT INTO users VALUES (1, 'Alice', 1)", "execute failed"],
    ["INSERT INTO users (name) VALUES (NULL)", "execute failed"],
    ["INSERT INTO nowhere VALUES (1)", "execute failed"],
    ["WITH n AS (SELECT 1) INSERT INTO nowhere SELECT * FROM n", "execute failed"],
    ["BEGIN", "execute failed"],
    ["ATTACH '/etc/passwd' AS x", "execute failed"],
    ["VACUUM INTO '/tmp/stolen.db'", "execute failed"],
    ["CREATE TEMP TABLE t (a)", "execute failed"],
    ["UPDATE sqlite_schema SET sql = ''", "execute failed"],
    ["nonsense", "execute failed"],
    ["( SELECT 1 )", "execute failed"],
    [";", "execute failed"],
    ["-- nothing", "execute failed"],
    ["\u0000", "execute failed"],
  ])("%j: %s", async (sql, text) => {
    expect(shown(await run(sql))).toEqual(failed(text));
  });

  it.each([
    ["", "invalid request body"],
    ["{", "invalid request body"],
    ["[]", "invalid request body"],
    ["null", "invalid request body"],
    ['"SELECT 1"', "invalid request body"],
    ['{"sql":5}', "invalid request body"],
    ['{"sql":"SELECT 1","database":{}}', "invalid request body"],
    ['{"sql":"SELECT 1","trace_id":7}', "invalid request body"],
    ['{"sql":"SELECT \'\\ud800\'"}', "invalid request body"],
    [Buffer.from([0x7b, 0xff, 0x7d]), "invalid request body"],
    ["{}", "sql field is required"],
    ['{"sql":""}', "sql field is required"],
    ['{"sql":null}', "sql field is required"],
  ])("the body %j: %s", async (body, text) => {
    expect(shown(await raw(body))).toEqual(failed(text));
  });

  it("is the same for a statement that takes too long, which is stopped", async () => {
    const hasty = await startServer({ database: { maxTimeoutMs: 300 } });
    const endless = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    expect(shown(await query(hasty, KEYS.admin, endless))).toEqual(failed("query failed"));
    expect(shown(await query(hasty, KEYS.admin, `CREATE TABLE t AS ${endless}`))).toEqual(failed("execute failed"));
    const { entries } = (await get(hasty, "/v1/audit?operation=sqlexecQuery")).body;
    expect(entries.map(({ code }: { code: string }) => code)).toEqual(["QUERY_TIMEOUT", "QUERY_TIMEOUT"]);
    await hasty.remove();
  });

  it("the body may have any media type and fields that nobody knows", async () => {
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "nonsense", "", undefined]) {
      const answer = await raw('{"sql":"SELECT 1","limit":9007199254740993}', { "content-type": type });
      expect([type, answer.status]).toEqual([type, 200]);
    }
    const { status, body } = await raw(Buffer.alloc(11_000_000, 32));
    expect([status, body]).toEqual([413, { error: "request body too large", code: 413 }]);
  });

  it.each([
    ["GET", "/api/v1/query", 405, "method not allowed"],
    ["PUT", "/api/v1/query", 405, "method not allowed"],
    ["POST", "/api/v1/health", 405, "method not allowed"],
    ["GET", "/api/v1/nothing", 404, "not found"],
    ["GET", "/api/v1", 404, "not found"],
    ["POST", "/api/v1/query/", 404, "not found"],
    ["POST", "/api/v1/query?sql=SELECT", 400, "query string not allowed"],
  ])("%s %s: %i", async (method, path, status, error) => {
    const body = '{"sql":"SELECT 1"}';
    expect(shown(await send(server, { method, path, body }, { "x-api-key": KEYS.write }))).toEqual([
      status,
      { error, code: status },
    ]);
  });
});

describe("a credential", () => {
  it("is a Bearer JWT or key, or a key, and the first that is there is the only one", async () => {
    const token = server.jwt.generateToken("ann", "default", "c", { scopes: ["read"] });
    const as = async (headers: Record<string, string | undefined>) =>
      (await query(server, "unused", "SELECT 1", {}, { "x-api-key": undefined, ...headers })).status;
    expect(await as({ authorization: `Bearer ${token}` })).toBe(200);
    expect(await as({ authorization: `bearer ${KEYS.read}` })).toBe(200);
    expect(await as({ "x-api-key": KEYS.read })).toBe(200);
    expect(await as({ authorization: "Basic eDp5", "x-api-key": KEYS.read })).toBe(200);
    for (const headers of [
      {},
      { "x-api-key": token },
      { "x-api-key": `${KEYS.read} ` === KEYS.read ? "" : `${KEYS.read}x` },
      { authorization: "Bearer wrong", "x-api-key": KEYS.read },
      { authorization: "Bearer", "x-api-key": KEYS.read },
      { authorization: `Basic ${Buffer.from(`k:${KEYS.read}`).toString("base64")}` },
    ]) {
      const answer = await query(server, "unused", "SELECT 1", {}, { "x-api-key": undefined, ...headers });
      expect([headers, ...shown(answer)]).toEqual([headers, 401, { error: "unauthorized", code: 401 }]);
      expect(answer.headers.get("www-authenticate")).toBeNull();
    }
  });
});

describe("a trace id", () => {
  const traced = async (header: string | undefined, body: unknown) => {
    const more = body === undefined ? {} : { trace_id: body };
    const { headers } = await query(server, KEYS.read, "SELECT 1", more, { "x-trace-id": header });
    return headers.get("x-trace-id");
  };

  it("is the header's, else that of the body, else a new one", async () => {
    expect(await traced("from-header", "from-body")).toBe("from-header");
    expect(await traced(undefined, "from-body")).toBe("from-body");
    expect(await traced(undefined, undefined)).toMatch(/^[0-9a-f]{32}$/);
    expect(await traced("no spaces", "from-body")).toBe("from-body");
    for (const bad of ["with space", "a".repeat(129), "a\tb", "ü", "", '{"a":1}']) {
      expect([bad, await traced(bad, undefined)]).toEqual([bad, expect.stringMatching(/^[0-9a-f]{32}$/)]);
      expect([bad, await traced(undefined, bad)]).toEqual([bad, expect.stringMatching(/^[0-9a-f]{32}$/)]);
    }
  });

  it("stands in every response, and in the audit log with the real reason", async () => {
    const failing = { "x-trace-id": "trace-of-a-failure" };
    await query(server, KEYS.read, "SELECT * FROM nowhere", { database: "dev@now" }, failing);
    const { entries } = (await get(server, "/v1/audit?trace_id=trace-of-a-failure")).body;
    expect(entries).toMatchObject([
      { operation: "sqlexecQuery", branch: "dev", object: "SELECT", status: 400, code: "SQL_NAME_NOT_FOUND" },
    ]);
    expect(JSON.stringify(entries)).not.toContain("nowhere");
    const refused = await query(server, "wrong", "SELECT 1", {}, { "x-trace-id": "mine" });
    expect([refused.status, refused.headers.get("x-trace-id")]).toEqual([401, "mine"]);
  });
});

describe("an Idempotency-Key", () => {
  it("makes a statement take effect once", async () => {
    const once = { "idempotency-key": "once" };
    const insert = () => query(server, KEYS.write, "INSERT INTO users (id, name) VALUES (50, 'Once')", {}, once);
    const [first, second] = [await insert(), await insert()];
    expect([first.body, second.body]).toEqual([{ affected_rows: 1 }, { affected_rows: 1 }]);
    expect(second.headers.get("idempotency-replayed")).toBe("true");
    const other = await query(server, KEYS.write, "DELETE FROM users", {}, once);
    expect([other.status, other.body]).toEqual([422, { error: "unprocessable request", code: 422 }]);
    await run("DELETE FROM users WHERE id = 50");
  });
});
