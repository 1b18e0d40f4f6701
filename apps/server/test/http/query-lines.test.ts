import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, LITE, must, post, SPEC } from "../support/http.js";
import { type LinesDialect, lines, manyRows, openLines, readLines } from "../support/lines.js";
import { MetricsText } from "../support/prometheus.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const QUERY = "/v1/branches/main/query";
const ENDLESS = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
const DIALECTS: readonly LinesDialect[] = ["lite", "spec"];
const VENDOR = { lite: LITE, spec: SPEC };
let server: TestServer;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE items (id BIGINT PRIMARY KEY, name TEXT, done BOOLEAN, price REAL, raw BLOB)");
  await execute(
    server,
    "INSERT INTO items VALUES (1, 'one', 1, 1.5, x'00ff'), (9007199254740993, NULL, 0, 9e999, NULL)",
  );
});
afterAll(() => server?.remove());

/** Waits until the server has nothing in hand; the test's own time limit bounds it. */
async function idle(): Promise<void> {
  for (;;) {
    const page = new MetricsText((await get(server, "/metrics", { key: null })).body);
    // The scrape itself is one.
    if (
      page.value("heliosdb_http_requests_in_flight") === 1 &&
      page.value("heliosdb_engine_in_hand", { pool: "readers" }) === 0
    )
      break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  for (const folder of readdirSync(join(server.dataDir, "databases"))) {
    expect(readdirSync(join(server.dataDir, "databases", folder, "transfers"))).toEqual([]);
  }
}

describe("a query answered in lines", () => {
  it.each(DIALECTS)("has the rows of the plain answer, in the dialect %s", async (dialect) => {
    const sql = "SELECT *, id AS name, NULL AS empty, count(*) OVER () FROM items WHERE id > $1 ORDER BY 1";
    const body = { sql, params: [{ type: "int8", value: 0 }], explain: true };
    const plain = (await post(server, QUERY, body, { accept: VENDOR[dialect] })).body;
    const { columns, column_types, rows, execution_plan, scn } = dialect === "spec" ? plain.data : plain;
    const answer = await lines(server, body, { dialect });
    expect(answer.first).toEqual({ columns, column_types, execution_plan, scn });
    expect(answer.rows).toEqual(rows);
    expect(answer.last).toEqual({
      end: true,
      row_count: 2,
      truncated: false,
      execution_time_ms: expect.any(Number),
      scn,
    });
    if (dialect === "spec") expect(answer.rows[1]).toEqual(expect.arrayContaining(["9007199254740993", "Infinity"]));
    else
      expect(answer.rows[1]).toMatchObject({
        id: "9007199254740993",
        done: false,
        price: "Infinity",
        "name:1": "9007199254740993",
      });
  });

  it("has no bound on its rows but the one that it is given", async () => {
    const answer = await lines(server, { sql: manyRows(25_000) });
    expect([answer.rows.length, answer.last.row_count, answer.last.truncated]).toEqual([25_000, 25_000, false]);
    const cut = await lines(server, { sql: manyRows(25_000), max_rows: 12_000 });
    expect([cut.rows.length, cut.last.row_count, cut.last.truncated]).toEqual([12_000, 12_000, true]);
    expect((await lines(server, { sql: "SELECT 1 WHERE 0" })).last).toMatchObject({ row_count: 0, truncated: false });
    expect((await post(server, QUERY, { sql: manyRows(25_000), max_rows: 12_000 })).status).toBe(400);
  });

  it("takes the types of expressions from the first rows, and leaves the plan out where nobody asks", async () => {
    const late = manyRows(2_000).replace(
      "SELECT n,",
      "SELECT iif(n > 1500, n, NULL) AS late, iif(n > 100, n, NULL) AS early,",
    );
    const { first } = await lines(server, { sql: late });
    expect(first).toEqual({
      columns: ["late", "early", "pad"],
      column_types: ["text", "int8", "text"],
      scn: expect.any(Number),
    });
    const spec = await lines(server, { sql: "SELECT 1" }, { dialect: "spec" });
    expect(spec.first.execution_plan).toBe("SCAN CONSTANT ROW");
    expect(
      (await lines(server, { sql: "SELECT 1", explain: false }, { dialect: "spec" })).first.execution_plan,
    ).toBeUndefined();
  });

  it("reads the past, and other branches", async () => {
    const { scn } = (await post(server, QUERY, { sql: "SELECT 1" })).body;
    await must(server, "POST", "/v1/branches", { name: "dev" });
    await execute(server, "UPDATE items SET name = 'changed' WHERE id = 1", "dev");
    const name = async (body: object, branch = "dev") => (await lines(server, body, { branch })).rows[0].name;
    const sql = "SELECT name FROM items WHERE id = 1";
    expect(await name({ sql })).toBe("changed");
    expect(await name({ sql }, "main")).toBe("one");
    expect(await name({ sql, as_of: { type: "scn", value: scn } })).toBe("one");
    expect(await name({ sql: `SELECT name FROM items AS OF SCN ${scn} WHERE id = 1` })).toBe("one");
  });

  it("takes the server's default where no dialect is named, and gives what fits nothing the default answer", async () => {
    const of = async (accept: string, path = QUERY, method = "POST") => {
      const answer = await call(server, method, path, method === "POST" ? { sql: "SELECT 1 AS n" } : undefined, {
        accept,
      });
      return [answer.status, answer.headers.get("content-type")];
    };
    const json = [200, "application/json; charset=utf-8"];
    const plain = await fetch(server.url + QUERY, {
      method: "POST",
      body: '{"sql":"SELECT 1 AS n"}',
      headers: { "x-api-key": KEYS.read, "content-type": "application/json", accept: "application/x-ndjson" },
    });
    expect([plain.status, plain.headers.get("content-type")]).toEqual([200, "application/x-ndjson"]);
    expect((await plain.text()).split("\n")[1]).toBe('{"n":1}');
    expect(await of("application/x-ndjson; dialect=klingon")).toEqual(json);
    expect(await of(`application/x-ndjson;q=0.1, ${LITE}`)).toEqual([200, LITE]);
    expect(await of("application/x-ndjson", "/v1/branches", "GET")).toEqual(json);
    expect(await of("application/x-ndjson; dialect=spec", "/v1/branches", "GET")).toEqual(json);
  });

  it.each(DIALECTS)("fails before the first line as any request does, in the dialect %s", async (dialect) => {
    const refused = async (body: object, options: object = {}) => {
      const response = await openLines(server, body, { dialect, ...options });
      expect(response.headers.get("content-type")).toBe(VENDOR[dialect]);
      const answer = JSON.parse(await response.text());
      return [response.status, dialect === "spec" ? answer.error.code : answer.code];
    };
    expect(await refused({ sql: "SELECT FROM" })).toEqual([400, "INVALID_SQL"]);
    expect(await refused({ sql: "DELETE FROM items" })).toEqual([400, "NOT_A_QUERY"]);
    expect(await refused({ sql: "SELECT * FROM missing" })).toEqual([422, "SQL_NAME_NOT_FOUND"]);
    expect(await refused({ sql: "SELECT 1", max_row: 3 })).toEqual([400, "UNKNOWN_FIELD"]);
    expect(await refused({ sql: "SELECT 1" }, { branch: "missing" })).toEqual([404, "BRANCH_NOT_FOUND"]);
    expect(await refused({ sql: "SELECT 1" }, { key: KEYS.nothing })).toEqual([403, "FORBIDDEN"]);
    expect(await refused({ sql: "SELECT 1" }, { key: "hdb_wrong_key" })).toEqual([401, "UNAUTHORIZED"]);
    expect(await refused({ sql: ENDLESS, timeout_ms: 200 })).toEqual([408, "QUERY_TIMEOUT"]);
    expect(await refused({ sql: "SELECT 1", timeout_ms: 10_000_000 })).toEqual([400, "INVALID_FIELD"]);
    expect(await refused({ sql: "SELECT abs(-9223372036854775808)" })).toEqual([422, "SQL_ERROR"]);
  });

  it.each(DIALECTS)(
    "ends with the dialect's error where something breaks midway, in the dialect %s",
    async (dialect) => {
      const sql = manyRows(40_000).replace("SELECT n,", "SELECT iif(n = 30000, json('{bad'), n),");
      const { rows, last, headers } = await lines(server, { sql }, { dialect });
      expect(rows).toHaveLength(29_999);
      const request_id = headers.get("x-request-id");
      if (dialect === "spec")
        expect(last).toMatchObject({ success: false, error: { code: "SQL_ERROR" }, meta: { request_id } });
      else expect(last).toMatchObject({ status: 422, code: "SQL_ERROR", message: "malformed JSON", request_id });
      const late = await lines(server, { sql: manyRows(1e9), timeout_ms: 1000 }, { dialect });
      expect(dialect === "spec" ? late.last.error.code : late.last.code).toBe("QUERY_TIMEOUT");
      expect(late.rows.length).toBeGreaterThan(0);
      await idle();
    },
  );

  it("stops the work when its client goes away, and frees the reader", async () => {
    const before = new MetricsText((await get(server, "/metrics", { key: null })).body);
    for (let n = 0; n < 6; n++) {
      const gone = new AbortController();
      const response = await openLines(
        server,
        { sql: manyRows(1e9, 1000), timeout_ms: 120_000 },
        { signal: gone.signal },
      );
      await response.body!.getReader().read();
      gone.abort();
    }
    // Before anything has been sent, too.
    const gone = new AbortController();
    const nothing = openLines(server, { sql: ENDLESS, timeout_ms: 120_000 }, { signal: gone.signal });
    await new Promise((resolve) => setTimeout(resolve, 300));
    gone.abort();
    await expect(nothing).rejects.toThrow();
    await idle();
    const after = new MetricsText((await get(server, "/metrics", { key: null })).body);
    expect(
      after.value("heliosdb_engine_requests_total", { pool: "readers" }) -
        before.value("heliosdb_engine_requests_total", { pool: "readers" }),
    ).toBeGreaterThanOrEqual(7);
    expect((await lines(server, { sql: "SELECT 1 AS n" })).rows).toEqual([{ n: 1 }]);
  });

  it("can't get round the limits of a key", async () => {
    const key = async (limits: object) =>
      (await must(server, "POST", "/v1/auth/keys", { name: "k", scopes: ["read"], ...limits })).key;
    const code = async (limited: string, branch: string) =>
      JSON.parse(await (await openLines(server, { sql: "SELECT name FROM items" }, { key: limited, branch })).text());
    await must(server, "POST", "/v1/branches", { name: "seen-1" });
    const ofBranches = await key({ branches: ["seen-*"] });
    expect(await code(ofBranches, "main")).toMatchObject({ status: 404, code: "BRANCH_NOT_FOUND" });
    expect(
      (await lines(server, { sql: "SELECT count(*) AS n FROM items" }, { key: ofBranches, branch: "seen-1" })).rows,
    ).toEqual([{ n: 2 }]);
    expect(await code(await key({ tables: ["items"] }), "main")).toMatchObject({ status: 403, code: "FORBIDDEN" });
    expect(await code(KEYS.other, "dev")).toMatchObject({ status: 404, code: "BRANCH_NOT_FOUND" });
  });

  it("is refused where too many are under way", async () => {
    const held = [];
    for (let n = 0; n < 4; n++) held.push(await openLines(server, { sql: manyRows(20_000, 1000) }));
    const refused = await openLines(server, { sql: "SELECT 1" });
    expect([refused.status, refused.headers.get("retry-after"), JSON.parse(await refused.text()).code]).toEqual([
      503,
      "1",
      "OVERLOADED",
    ]);
    for (const response of held) expect((await readLines(response)).last.row_count).toBe(20_000);
    await idle();
  });
});
