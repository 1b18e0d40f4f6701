import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectForm, orNull } from "../support/form.js";
import { type Answer, call, execute, LITE, must } from "../support/http.js";
import { KEYS, type TestServer } from "../support/server.js";
import { startOnThatMorning, TABLES } from "../support/times.js";

const DATA = "/v1/branches/main/tables/users/data";
/** 1 December 2025, 08:00 UTC. */
const MORNING = 1764576000;
let server: TestServer;
beforeAll(async () => {
  server = await startOnThatMorning(TABLES);
});
afterAll(() => server?.remove());

const ask = (method: string, path: string, body?: unknown, key: string | null = KEYS.admin): Promise<Answer> =>
  call(server, method, path, body, { accept: LITE, key });

const BRANCH = {
  id: "br_1",
  name: "feature-user-auth",
  parent: orNull("main"),
  created_at: 1701455000,
  snapshot_id: 1701446400,
  state: "Active",
  stats: { total_keys: 1250, size_bytes: 524288, last_modified: 1701455000 },
};
/** What this server says of every branch besides. */
const BEYOND = {
  scn: 5,
  display_name: orNull("User authentication"),
  is_default: false,
  is_protected: false,
  read_only: false,
  isolated: true,
  metadata: {},
  updated_at: 1701455000,
  expires_at: orNull(1701455000),
};

describe("branches, as the tutorial shows them", () => {
  it("are created with 201", async () => {
    const { status, headers, body } = await ask("POST", "/v1/branches", {
      name: "feature-user-auth",
      parent: "main",
      snapshot_id: MORNING,
      options: { read_only: false, isolated: true },
    });
    expect([status, headers.get("content-type")]).toEqual([201, LITE]);
    expectForm(body, BRANCH, BEYOND);
    expect(body).toMatchObject({ name: "feature-user-auth", parent: "main", state: "Active" });
    expect(body.snapshot_id).toBeLessThanOrEqual(MORNING);
  });

  it("are created with what the other document has", async () => {
    const more = { display_name: "Other", metadata: { ticket: "1" }, expires_at: 1800000000 };
    const { body } = await ask("POST", "/v1/branches", { name: "other", source_branch: "main", as_of: "now", ...more });
    expect(body).toMatchObject({ parent: "main", ...more });
    await ask("DELETE", "/v1/branches/other");
  });

  it("are listed", async () => {
    const { status, body } = await ask("GET", "/v1/branches");
    expect(status).toBe(200);
    expectForm(body, { total: 2, branches: [BRANCH] }, { branches: [BEYOND] });
    expect([body.total, body.branches[0].parent, body.branches[1].parent]).toEqual([2, null, "main"]);
    const paged = await ask("GET", "/v1/branches?status=active&page=2&limit=1&sort=name&order=desc");
    expect(paged.body.branches.map((one: { name: string }) => one.name)).toEqual(["feature-user-auth"]);
  });

  it("are shown one by one, with more when it is asked for", async () => {
    const { status, body } = await ask("GET", "/v1/branches/feature-user-auth");
    expect(status).toBe(200);
    expectForm(body, BRANCH, BEYOND);
    const more = await ask("GET", "/v1/branches/feature-user-auth?include_stats=true&include_history=true");
    expectForm(more.body, BRANCH, {
      ...BEYOND,
      details: {
        data_bytes: 1,
        history_bytes: 1,
        changes: { inserts: 0, updates: 0, deletes: 0 },
        divergence: { parent: "main", commits_ahead: 0, commits_behind: 0, can_fast_forward: true },
      },
      history: more.body.history,
    });
    expect(more.body.history[0]).toMatchObject({ type: "transaction", summary: "INSERT INTO orders (3 rows)" });
  });

  it("are merged, with and without conflicts", async () => {
    await execute(server, "INSERT INTO users (name, email) VALUES ('New', 'new@x')", "feature-user-auth");
    const path = "/v1/branches/feature-user-auth/merge";
    const clean = await ask("POST", path, { target: "main", strategy: "Auto" });
    expect(clean.status).toBe(200);
    const merged = {
      merge_timestamp: 1701465000,
      merged_keys: 30,
      conflicts: [] as object[],
      completed: true,
      message: "Successfully merged",
    };
    const beyond = { conflict_count: 0, scn: 5, source_deleted: false };
    expectForm(clean.body, merged, beyond);
    expect(clean.body.message).toBe(
      "Successfully merged 1 keys from 'feature-user-auth' into 'main' with no conflicts",
    );

    await execute(server, "UPDATE users SET name = 'Alice Smith' WHERE id = 1", "feature-user-auth");
    await execute(server, "UPDATE users SET name = 'Alice Johnson' WHERE id = 1");
    const fought = await ask("POST", path, { target: "main", strategy: "Auto" });
    expectForm(
      fought.body,
      {
        ...merged,
        conflicts: [
          {
            key: "users:123",
            source_value: "Alice Smith",
            target_value: "Alice Johnson",
            resolution: "Auto",
            resolved_value: "Alice Smith",
          },
        ],
      },
      {
        ...beyond,
        conflicts: [
          { table: "users", row_id: "1", column: "name", conflict_type: "update_update", base_value: "Alice" },
        ],
      },
    );
    expect(fought.body.message).toContain("with 1 conflicts resolved");
  });

  it.each(["Auto", "Ours", "Theirs", "Manual"])("are merged by the strategy %s", async (strategy) => {
    const { status, body } = await ask("POST", "/v1/branches/feature-user-auth/merge", { target: "main", strategy });
    expect([status, body.completed]).toEqual([200, true]);
  });

  it("are deleted with 204 and nothing else", async () => {
    const { status, body } = await ask("DELETE", "/v1/branches/feature-user-auth");
    expect([status, body]).toEqual([204, ""]);
  });
});

describe("data, as the tutorial shows it", () => {
  it("has tables with their sizes", async () => {
    const { status, body } = await ask("GET", "/v1/branches/main/tables");
    expect(status).toBe(200);
    const table = { name: "users", row_count: 1500, size_bytes: 245760, created_at: 1701440000 };
    const columns = [{ name: "id", type: "int4", declared_type: "INTEGER", nullable: false, primary_key: true }];
    expectForm(
      body,
      { tables: [table, table] },
      {
        tables: [
          { columns, indexes: ["idx_users_email"] },
          { columns, indexes: [] },
        ],
      },
    );
  });

  it("has rows by column, page by page", async () => {
    const query = "filter=age>25&columns=id,name,email,age&page=1&limit=10&order_by=created_at+DESC";
    const { status, body } = await ask("GET", `${DATA}?${query}`);
    expect(status).toBe(200);
    expectForm(
      body,
      {
        columns: ["id", "name"],
        rows: [{ id: 1, name: "Alice", email: "alice@example.com", age: 30 }],
        total: 150,
        page: 1,
        limit: 10,
        has_more: true,
      },
      { column_types: ["int4"], next_cursor: orNull("WzEsNV0"), scn: 5 },
    );
    expect([body.total, body.page, body.limit, body.has_more]).toEqual([2, 1, 10, false]);
    const all = (await ask("GET", DATA)).body;
    expect([all.page, all.limit, all.columns.length]).toEqual([1, 100, 7]);
    expect((await ask("GET", `${DATA}?limit=1000`)).status).toBe(200);
    expect((await ask("GET", `${DATA}?limit=1001`)).status).toBe(400);
  });

  it("has rows of the past by as_of", async () => {
    const then = (await ask("GET", `${DATA}?as_of=${MORNING}&columns=name`)).body;
    expect(then.rows).toEqual([{ name: "Alice" }, { name: "Bob" }, { name: "Cy" }]);
  });

  it("is inserted, updated and deleted", async () => {
    const rows = [
      { id: 100, name: "Charlie", email: "charlie@example.com", age: 35 },
      { id: 101, name: "Diana", email: "diana@example.com", age: 27 },
    ];
    const inserted = await ask("POST", DATA, { rows });
    expect(inserted.status).toBe(201);
    expectForm(inserted.body, { inserted: 2, message: "Successfully inserted 2 row(s)" }, { ids: [100], scn: 5 });
    expect(inserted.body.ids).toEqual([100, 101]);
    const updated = await ask("PUT", DATA, { values: { email: "newemail@example.com" }, filter: "id = 100" });
    expectForm(updated.body, { updated: 1, message: "Successfully updated 1 row(s)" }, { scn: 5 });
    const deleted = await ask("DELETE", DATA, { filter: "id = 100" });
    expectForm(deleted.body, { deleted: 1, message: "Successfully deleted 1 row(s)" }, { scn: 5 });
    const skipped = await ask("POST", DATA, { rows: [rows[1]], on_conflict: "ignore", return_ids: false });
    expectForm(skipped.body, { inserted: 0, skipped: 1, message: "Successfully inserted 0 row(s)", scn: 5 });
    const replaced = await ask("POST", DATA, { rows: [rows[1]], on_conflict: "update", return_ids: false });
    expectForm(replaced.body, { inserted: 0, updated: 1, message: "Successfully inserted 0 row(s)", scn: 5 });
  });
});

describe("SQL, as the tutorial shows it", () => {
  it("queries with typed parameters", async () => {
    const { status, body } = await ask("POST", "/v1/branches/main/query", {
      sql: "SELECT id, name, email FROM users WHERE age > $1",
      params: [{ type: "int4", value: 25 }],
      timeout_ms: 5000,
    });
    expect(status).toBe(200);
    expectForm(
      body,
      {
        columns: ["id", "name", "email"],
        column_types: ["int4", "text"],
        rows: [{ id: 1, name: "Alice", email: "alice@example.com" }],
        row_count: 2,
        execution_time_ms: 42,
      },
      { truncated: false, scn: 5 },
    );
    const more = { sql: "SELECT 1 AS one", explain: true, max_rows: 10 };
    expect((await ask("POST", "/v1/branches/main/query", more)).body.execution_plan).toBe("SCAN CONSTANT ROW");
  });

  it.each([
    ["int4", 1, 1],
    ["int8", "9007199254740993", "9007199254740993"],
    ["text", "x", "x"],
    ["bool", true, 1],
    ["float4", 1.5, 1.5],
    ["float8", 1.5, 1.5],
    ["timestamp", 1701446400, 1701446400],
    ["date", "2025-12-01", "2025-12-01"],
    ["numeric", "1.50", 1.5],
    ["bytea", "AQI=", "AQI="],
    ["json", { a: 1 }, '{"a":1}'],
    ["null", null, null],
    ["string", "x", "x"],
    ["boolean", false, 0],
  ])("takes parameters of type %s", async (type, value, expected) => {
    const { body } = await ask("POST", "/v1/branches/main/query", { sql: "SELECT $1 AS v", params: [{ type, value }] });
    expect(body.rows).toEqual([{ v: expected }]);
  });

  it("queries the past by as_of, and by AS OF in the SQL", async () => {
    await execute(server, "UPDATE users SET name = 'Now' WHERE id = 1");
    const sql = "SELECT name FROM users WHERE id = $1";
    const params = [{ type: "int4", value: 1 }];
    const as_of = { type: "timestamp", value: MORNING };
    const { body } = await ask("POST", "/v1/branches/main/query", { sql, params, as_of });
    expect(body.rows).toEqual([{ name: "Alice" }]);
    const inSql = `SELECT name FROM users AS OF SYSTEM TIME ${MORNING} WHERE id = 1`;
    expect((await ask("POST", "/v1/branches/main/query", { sql: inSql })).body.rows).toEqual([{ name: "Alice" }]);
  });

  it("runs statements", async () => {
    const inserted = await ask("POST", "/v1/branches/main/execute", {
      sql: "INSERT INTO users (id, name, email) VALUES ($1, $2, $3)",
      params: [
        { type: "int4", value: 200 },
        { type: "text", value: "Eve" },
        { type: "text", value: "eve@example.com" },
      ],
      timeout_ms: 5000,
    });
    expect(inserted.status).toBe(200);
    const answer = { statement_type: "INSERT", affected_rows: 1, execution_time_ms: 23, message: "executed" };
    expectForm(inserted.body, answer, { scn: 5 });
    expect(inserted.body.message).toBe("INSERT statement executed successfully on branch 'main'");
    const created = await ask("POST", "/v1/branches/main/execute", {
      sql: "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT, price REAL)",
    });
    expectForm(created.body, answer, { scn: 5 });
    expect(created.body).toMatchObject({ statement_type: "CREATE_TABLE", affected_rows: 0 });
    const returning = { sql: "INSERT INTO products (name) VALUES ('p') RETURNING id", max_rows: 1 };
    const { body } = await ask("POST", "/v1/branches/main/execute", returning);
    expect(body).toMatchObject({
      columns: ["id"],
      column_types: ["int4"],
      rows: [{ id: 1 }],
      row_count: 1,
      truncated: false,
    });
  });
});

describe("errors, as the tutorial shows them", () => {
  it.each([
    [400, "BadRequest", "POST", "/v1/branches/main/query", { sql: "SELEC 1" }],
    [401, "Unauthorized", "GET", "/v1/branches", undefined],
    [403, "Forbidden", "POST", "/v1/branches", { name: "x" }],
    [404, "NotFound", "GET", "/v1/branches/xyz", undefined],
    [409, "Conflict", "POST", "/v1/branches", { name: "main" }],
    [422, "UnprocessableEntity", "POST", "/v1/branches/main/merge", { target: "main" }],
  ])("%i %s", async (status, error, method, path, body) => {
    const key = status === 401 ? null : status === 403 ? KEYS.read : KEYS.admin;
    const answer = await ask(method, path, body, key);
    expect([answer.status, answer.body.status, answer.body.error]).toEqual([status, status, error]);
    expect(Object.keys(answer.body)).toEqual(
      expect.arrayContaining(["status", "error", "message", "code", "request_id"]),
    );
  });

  it("408 QueryTimeout", async () => {
    const sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    const { status, body } = await ask("POST", "/v1/branches/main/query", { sql, timeout_ms: 100 });
    expect([status, body.error]).toEqual([408, "QueryTimeout"]);
  });

  it("of health and version", async () => {
    expect((await ask("GET", "/health", undefined, null)).body).toBe("OK");
    const version = (await ask("GET", "/version", undefined, null)).body;
    expectForm(version, { name: "HeliosDB-Lite", version: "0.2.0", api_version: "v1" });
  });

  it("keep the merge's source when nothing could be merged", async () => {
    await must(server, "POST", "/v1/branches", { name: "stuck" });
    for (const branch of ["stuck", "main"])
      await execute(server, `UPDATE users SET name = '${branch}' WHERE id = 2`, branch);
    const body = { target: "main", strategy: "Manual", delete_source_after_merge: true };
    const { status, body: answer } = await ask("POST", "/v1/branches/stuck/merge", body);
    expect([status, answer.error, answer.conflicts.length]).toEqual([409, "Conflict", 1]);
    expect((await ask("GET", "/v1/branches/stuck")).status).toBe(200);
  });
});
