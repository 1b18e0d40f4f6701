import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, LITE, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const USERS = "/v1/branches/main/tables/users/data";
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
  await execute(server, "INSERT INTO users VALUES (1, 'Alice'), (2, 'Bob'), (3, 'Cid')");
});
afterAll(async () => {
  expect(await rows(server, "SELECT count(*) AS n FROM users")).toEqual([{ n: 3 }]);
  await server?.remove();
});

describe("filters that try to leave their place", () => {
  it.each([
    ["1) OR (1=1", 400],
    ["1; DROP TABLE users", 400],
    ["1 --", 200],
    ["1 /*", 400],
    ["id = $1", 400],
    ["id = ?", 400],
    ["1 UNION SELECT * FROM sqlite_schema", 400],
    ["1) UNION SELECT 1, 'x' --", 400],
    ["\\0", 400],
    ["(SELECT 1 FROM _helios_commits)", 400],
    ["load_extension('x')", 400],
    ["id = 1 ORDER BY 1", 400],
  ])("%s: %i", async (filter, status) => {
    const answer = await get(server, `${USERS}?filter=${encodeURIComponent(filter)}`);
    expect([filter, answer.status]).toEqual([filter, status]);
  });

  it("delete only what they say, a comment at their end included", async () => {
    for (const filter of ["1) OR (1=1", "1; DROP TABLE users", "id = 99 --"]) {
      const answer = await call(server, "DELETE", USERS, { filter });
      expect(answer.body.deleted ?? 0).toBe(0);
    }
  });
});

describe("SQL that tries to leave its branch", () => {
  it.each([
    ["query", "DROP TABLE users", 400],
    ["query", "ATTACH '/etc/passwd' AS x", 403],
    ["execute", "ATTACH '/etc/passwd' AS x", 403],
    ["execute", "VACUUM INTO '/tmp/stolen.db'", 403],
    ["query", "SELECT load_extension('/tmp/x.so')", 403],
    ["query", "PRAGMA module_list", 403],
    ["query", "PRAGMA database_list(main)", 403],
    ["query", "EXPLAIN PRAGMA database_list", 403],
    ["query", "EXPLAIN PRAGMA case_sensitive_like = ON", 403],
    ["query", "SELECT * FROM pragma_database_list", 403],
    ["execute", "CREATE TEMP TABLE t (a)", 403],
    ["execute", "DELETE FROM _helios_commits", 403],
    ["query", "SELECT readfile('/etc/passwd')", 422],
    ["execute", "UPDATE sqlite_schema SET sql = ''", 403],
  ])("to /%s: %s", async (where, sql, status) => {
    const answer = await post(server, `/v1/branches/main/${where}`, { sql });
    expect([sql, answer.status]).toEqual([sql, status]);
    expect(answer.body.message.length).toBeGreaterThan(10);
    expect(JSON.stringify(answer.body)).not.toContain(server.dataDir);
  });
});

describe("requests that are merely large or odd", () => {
  it("a body of 20 MB is 413", async () => {
    const answer = await post(server, USERS, undefined, { raw: Buffer.alloc(20_000_000, 97) });
    expect([answer.status, answer.body.code]).toEqual([413, "PAYLOAD_TOO_LARGE"]);
  });

  it("a filter as long as it may be has room in a URL, however it is encoded", async () => {
    const filter = `name <> '${"é".repeat(8_000)}'`;
    expect((await get(server, `${USERS}?filter=${encodeURIComponent(filter)}`)).status).toBe(200);
    const longest = `name <> '${"%".repeat(16_374)}'`;
    expect(longest).toHaveLength(16_384);
    expect((await get(server, `${USERS}?filter=${encodeURIComponent(longest)}`)).status).toBe(200);
  });

  it.each([
    ["filter of 16,385 characters", 16_385, 400, "INVALID_FIELD"],
    ["URL of 70,000 characters", 70_000, 414, "URL_TOO_LONG"],
    ["URL of 300,000 characters", 300_000, 431, "HEADERS_TOO_LARGE"],
  ])("a %s is refused, and the form that it names works", async (_, length, status, code) => {
    const answer = await get(server, `${USERS}?filter=${"x".repeat(length)}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain("POST /v1/branches/{branch}/query");
    const body = { sql: "SELECT count(*) AS c FROM users WHERE name <> $1", params: ["x".repeat(length)] };
    expect((await post(server, "/v1/branches/main/query", body)).status).toBe(200);
  });

  it("headers of 200,000 bytes are 431", async () => {
    const answer = await get(server, USERS, { headers: { "x-large": "x".repeat(200_000) } });
    expect([answer.status, answer.body.code, answer.body.error]).toEqual([
      431,
      "HEADERS_TOO_LARGE",
      "RequestHeaderFieldsTooLarge",
    ]);
  });

  it.each([
    ["query", "SELECT printf('%.*c', 40000000, 'x') AS v"],
    ["execute", "INSERT INTO users (name) VALUES (printf('%.*c', 40000000, 'x')) RETURNING name"],
  ])("an answer of 40 MB to /%s is refused, undone, and says how to stream", async (where, sql) => {
    for (const accept of [LITE, SPEC]) {
      const answer = await post(server, `/v1/branches/main/${where}`, { sql }, { accept });
      const { code, message } = accept === SPEC ? answer.body.error : answer.body;
      expect([answer.status, code]).toEqual([422, "RESULT_TOO_LARGE"]);
      expect(message).toContain("Accept: application/x-ndjson");
    }
    const left = await post(server, "/v1/branches/main/query", { sql: "SELECT max(length(name)) AS n FROM users" });
    expect(left.body.rows[0].n).toBeLessThan(1000);
  });

  it.each(["*", "*x", "*v1/branches", "*api/v1/query"])(
    "a request target that is no path is 404: %s",
    async (target) => {
      const { hostname, port } = new URL(server.url);
      const sent = request({ hostname, port, path: target, agent: false }).end();
      const [response] = (await once(sent, "response")) as [IncomingMessage];
      const body = JSON.parse(await text(response));
      expect([response.statusCode, body.code]).toEqual([404, "ROUTE_NOT_FOUND"]);
    },
  );

  it("deep nesting is refused", async () => {
    const deep = `${"[".repeat(50_000)}${"]".repeat(50_000)}`;
    const answer = await post(server, USERS, undefined, { raw: `{"rows":[{"id":1,"name":${deep}}]}` });
    expect([answer.status, answer.body.code]).toEqual([400, "INVALID_FIELD"]);
    expect((await post(server, USERS, undefined, { raw: `{"rows":${deep}}` })).status).toBe(400);
  });

  it("names of prototypes are unknown names", async () => {
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      const body = await post(server, USERS, undefined, { raw: `{"rows":[{"${name}":1}]}` });
      expect([name, body.status, body.body.code]).toEqual([name, 422, "SQL_NAME_NOT_FOUND"]);
      expect((await get(server, `${USERS}?${name}=1`)).body.code).toBe("UNKNOWN_FIELD");
      expect((await get(server, `/v1/branches/${name}`)).body.code).toBe("BRANCH_NOT_FOUND");
      expect((await get(server, `/v1/docs/${name}`)).body.code).toBe("ROUTE_NOT_FOUND");
    }
  });

  it("NUL and odd characters are characters", async () => {
    expect((await get(server, "/v1/branches/%00")).status).toBe(404);
    expect((await post(server, "/v1/branches/main/query", { sql: "SELECT 1\u0000 garbage" })).status).toBe(400);
    const text = "é\u0000\ud83d\ude00";
    const answer = await post(server, "/v1/branches/main/query", { sql: "SELECT $1 AS v", params: [text] });
    expect(answer.body.rows).toEqual([{ v: text }]);
  });
});
