import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectForm, orNull } from "../support/form.js";
import { type Answer, call, must, rows, SPEC } from "../support/http.js";
import type { TestServer } from "../support/server.js";
import { startOnThatMorning, TABLES } from "../support/times.js";

const DATA = "/v1/branches/main/tables/users/data";
const META = { request_id: "req_1", execution_time_ms: 3 };
let server: TestServer;
beforeAll(async () => {
  server = await startOnThatMorning(TABLES);
});
afterAll(() => server?.remove());

const ask = (method: string, path: string, body?: unknown): Promise<Answer> =>
  call(server, method, path, body, { accept: SPEC });

describe("tables, as the specification shows them", () => {
  it("are listed with columns, types, keys and indexes", async () => {
    const { status, body } = await ask("GET", "/v1/branches/main/tables");
    expect(status).toBe(200);
    const column = { name: "name", type: "TEXT", nullable: false };
    expectForm(
      body,
      {
        success: true,
        data: {
          tables: [
            {
              name: "users",
              schema: "public",
              row_count: 10000,
              columns: [{ ...column, primary_key: true }, column],
              indexes: ["idx_users_email"],
              created_at: "2025-01-01T00:00:00Z",
            },
            {
              name: "orders",
              schema: "public",
              row_count: 10000,
              columns: [{ ...column, primary_key: true }, column],
              indexes: [],
              created_at: "2025-01-01T00:00:00Z",
            },
          ],
        },
      },
      { meta: META, data: { tables: [{ size_bytes: 1 }, { size_bytes: 1 }] } },
    );
    const users = body.data.tables.find((table: { name: string }) => table.name === "users");
    expect(users).toMatchObject({ schema: "public", row_count: 3, indexes: ["idx_users_email"] });
    expect(users.columns.slice(0, 3)).toEqual([
      { name: "id", type: "INTEGER", nullable: false, primary_key: true },
      { name: "name", type: "TEXT", nullable: false },
      { name: "email", type: "TEXT", nullable: false },
    ]);
    expect(users.columns.at(-1)).toEqual({ name: "updated_at", type: "TIMESTAMP", nullable: true });
  });

  it("are listed as they were at a point in time: as_of, as_of_type, as_of_value", async () => {
    for (const query of ["as_of=scn:2", "as_of_type=scn&as_of_value=2"]) {
      const { body } = await ask("GET", `/v1/branches/main/tables?${query}`);
      expect(body.data.tables.map((table: { name: string }) => table.name)).toEqual(["users"]);
    }
  });
});

describe("a table's rows, as the specification shows them", () => {
  it("are lists in the order of the columns, with where the page stands", async () => {
    const { status, body } = await ask("GET", `${DATA}?columns=id,name,email&filter=active%3Dtrue&limit=50`);
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          columns: ["id", "name", "email"],
          rows: [[1, "Alice", "alice@example.com"]],
          pagination: { page: 1, limit: 50, total: 2, total_pages: 1 },
        },
      },
      { meta: META, data: { column_types: ["INTEGER"], has_more: false, next_cursor: orNull("WzEsNV0"), scn: 6 } },
    );
    expect(body.data).toMatchObject({
      columns: ["id", "name", "email"],
      column_types: ["INTEGER", "TEXT", "TEXT"],
      rows: [
        [1, "Alice", "alice@example.com"],
        [2, "Bob", "bob@example.com"],
      ],
      pagination: { page: 1, limit: 50, total: 2, total_pages: 1 },
    });
  });

  it("are sorted, paged and counted by parameters, each with its default and maximum", async () => {
    const page = async (query: string) => (await ask("GET", `${DATA}?columns=id&${query}`)).body.data;
    expect((await page("")).pagination).toEqual({ page: 1, limit: 100, total: 3, total_pages: 1 });
    expect(await page("order_by=name+DESC&limit=1&page=2")).toMatchObject({
      rows: [[2]],
      pagination: { page: 2, limit: 1, total: 3, total_pages: 3 },
      has_more: true,
    });
    expect((await page("include_total=false")).pagination).toEqual({ page: 1, limit: 100 });
    expect((await ask("GET", `${DATA}?limit=1000`)).status).toBe(200);
    expect((await ask("GET", `${DATA}?limit=1001`)).body.error.message).toBe("'limit' must be at most 1000.");
    const all = (await ask("GET", DATA)).body.data.columns;
    expect(all).toEqual(["id", "name", "email", "age", "active", "created_at", "updated_at"]);
  });

  it("are read at a point in time by as_of_type and as_of_value, or by as_of", async () => {
    const { scn } = await must(server, "GET", "/v1/branches/main");
    await ask("DELETE", `${DATA}?filter=id%3D3`);
    const idsAt = async (query: string) => (await ask("GET", `${DATA}?columns=id&${query}`)).body.data.rows;
    expect(await idsAt("as_of_type=now")).toEqual([[1], [2]]);
    for (const query of [
      "as_of_type=timestamp&as_of_value=2025-12-01T08:00:00Z",
      `as_of_type=transaction&as_of_value=${scn}`,
      `as_of_type=scn&as_of_value=${scn}`,
      `as_of_type=snapshot&as_of_value=snap_${scn.toString(36)}`,
      "as_of=2025-12-01T08:00:00Z",
    ]) {
      expect(await idsAt(query)).toEqual([[1], [2], [3]]);
    }
  });
});

describe("writing rows, as the specification shows it", () => {
  it("inserts, and answers 201 with the keys", async () => {
    const { status, body } = await ask("POST", DATA, {
      rows: [
        { name: "Charlie", email: "charlie@example.com" },
        { name: "Diana", email: "diana@example.com" },
      ],
      on_conflict: "error",
    });
    expect(status).toBe(201);
    expectForm(body, { success: true, data: { inserted: 2, ids: [3, 4] } }, { meta: META, data: { scn: 7 } });
    expect(body.data).toMatchObject({ inserted: 2, ids: [3, 4] });
    const quiet = await ask("POST", DATA, { rows: [{ name: "E", email: "e@x" }], return_ids: false });
    expect(quiet.body.data).not.toHaveProperty("ids");
  });

  it("refuses, skips or updates a row whose key exists, as on_conflict says", async () => {
    const body = { rows: [{ id: 1, name: "Alicia", email: "alice@example.com" }] };
    const refused = await ask("POST", DATA, body);
    expect([refused.status, refused.body.error.code]).toEqual([409, "UNIQUE_VIOLATION"]);
    const skipped = await ask("POST", DATA, { ...body, on_conflict: "ignore" });
    expectForm(skipped.body.data, { inserted: 0, ids: [null], skipped: 1, scn: 7 });
    const updated = await ask("POST", DATA, { ...body, on_conflict: "update" });
    expectForm(updated.body.data, { inserted: 0, ids: [1], updated: 1, scn: 7 });
    expect(await rows(server, "SELECT name FROM users WHERE id = 1")).toEqual([{ name: "Alicia" }]);
  });

  it("updates the rows that fit a filter", async () => {
    const { status, body } = await ask("PUT", DATA, {
      filter: "id = 1",
      updates: { email: "alice@newdomain.com", updated_at: "2025-12-01T14:00:00Z" },
    });
    expect(status).toBe(200);
    expectForm(body, { success: true, data: { updated: 1 } }, { meta: META, data: { scn: 8 } });
    expect(body.data.updated).toBe(1);
    const again = { filter: "id = 1", values: { updated_at: null } };
    expect((await ask("PUT", DATA, again)).body.data.updated).toBe(1);
  });

  it("deletes the rows that fit a filter, which is required", async () => {
    const none = await ask("DELETE", DATA);
    expect([none.status, none.body.error.code]).toEqual([400, "FILTER_REQUIRED"]);
    const { status, body } = await ask("DELETE", `${DATA}?filter=id%20%3E%202`);
    expect(status).toBe(200);
    expectForm(body, { success: true, data: { deleted: 5 } }, { meta: META, data: { scn: 9 } });
    expect(body.data.deleted).toBe(3);
    expect((await ask("DELETE", DATA, { filter: "id > 2" })).body.data.deleted).toBe(0);
  });
});

describe("SQL, as the specification shows it", () => {
  it("queries at a point in time, with types, plan and time", async () => {
    const sql =
      "SELECT u.name, COUNT(o.id) as order_count FROM users u LEFT JOIN orders o ON u.id = o.user_id " +
      "GROUP BY u.name ORDER BY order_count DESC LIMIT 10";
    const { status, body } = await ask("POST", "/v1/branches/main/query", {
      sql,
      params: [],
      as_of: { type: "timestamp", value: "2025-12-01T08:00:00Z" },
      timeout_ms: 30000,
    });
    expect(status).toBe(200);
    expectForm(
      body,
      {
        success: true,
        data: {
          columns: ["name", "order_count"],
          column_types: ["TEXT", "BIGINT"],
          rows: [["Alice", 150]],
          row_count: 3,
          execution_plan: "SCAN u",
          execution_time_ms: 45,
        },
      },
      { meta: META, data: { truncated: false, scn: 6 } },
    );
    expect(body.data).toMatchObject({
      column_types: ["TEXT", "BIGINT"],
      rows: [
        ["Alice", 2],
        ["Bob", 1],
        ["Cy", 0],
      ],
      row_count: 3,
      truncated: false,
    });
    expect(body.data.execution_plan).toContain("GROUP BY");
  });

  it("takes explain and max_rows, and values for parameters", async () => {
    const query = (body: object) => ask("POST", "/v1/branches/main/query", body);
    const plain = await query({ sql: "SELECT id FROM orders WHERE id > $1", params: [1], explain: false, max_rows: 1 });
    expectForm(plain.body.data, {
      columns: ["id"],
      column_types: ["INTEGER"],
      rows: [[2]],
      row_count: 1,
      truncated: true,
      execution_time_ms: 3,
      scn: 9,
    });
    for (const sql of ["EXPLAIN QUERY PLAN SELECT 1", "PRAGMA table_info(users)"]) {
      expect((await query({ sql, explain: true })).body.data.execution_plan).toBe("");
    }
  });

  it("runs a statement", async () => {
    const { status, body } = await ask("POST", "/v1/branches/main/execute", {
      sql: "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price DECIMAL(10,2))",
      params: [],
      timeout_ms: 30000,
    });
    expect(status).toBe(200);
    expectForm(
      body,
      { success: true, data: { statement_type: "CREATE_TABLE", affected_rows: 0, execution_time_ms: 12 } },
      { meta: META, data: { scn: 10 } },
    );
    expect(body.data).toMatchObject({ statement_type: "CREATE_TABLE", affected_rows: 0 });
  });

  it("gives the rows of RETURNING, cut by max_rows", async () => {
    const { body } = await ask("POST", "/v1/branches/main/execute", {
      sql: "INSERT INTO products (name) VALUES ('a'), ('b') RETURNING id, name",
      max_rows: 1,
    });
    expectForm(body.data, {
      statement_type: "INSERT",
      affected_rows: 2,
      columns: ["id"],
      column_types: ["INTEGER"],
      rows: [[1, "a"]],
      row_count: 1,
      truncated: true,
      execution_time_ms: 3,
      scn: 11,
    });
  });
});
