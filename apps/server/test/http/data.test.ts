import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call, execute, get, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const USERS = "/v1/branches/main/tables/users/data";
let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(
    server,
    `CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, email TEXT UNIQUE, age INTEGER CHECK (age >= 0),
     active BOOLEAN, avatar BLOB, meta JSON, score REAL)`,
  );
  await execute(server, "CREATE TABLE pairs (a TEXT, b INTEGER, v TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID");
});
afterAll(() => server?.remove());

describe("inserting", () => {
  it("answers 201 with the number and the keys", async () => {
    const answer = await post(server, USERS, {
      rows: [
        { id: 100, name: "Charlie", email: "charlie@example.com", age: 35, active: true },
        { name: "Diana", email: "diana@example.com", age: 27, score: 5 },
      ],
    });
    expect(answer.status).toBe(201);
    expect(answer.body).toMatchObject({ inserted: 2, ids: [100, 101], message: "Successfully inserted 2 row(s)" });
    const spec = await post(server, USERS, { rows: [{ name: "Eve" }], on_conflict: "error" }, { accept: SPEC });
    expect(spec.body.data).toMatchObject({ inserted: 1, ids: [102] });
  });

  it("gives composite keys as lists, and leaves keys out when they are not wanted", async () => {
    const pairs = "/v1/branches/main/tables/pairs/data";
    expect((await post(server, pairs, { rows: [{ a: "x", b: 1, v: "one" }] })).body.ids).toEqual([["x", 1]]);
    const quiet = await post(server, pairs, { rows: [{ a: "x", b: 2 }], return_ids: false });
    expect(quiet.body).not.toHaveProperty("ids");
  });

  it("stores JSON values as what they are", async () => {
    const blob = Buffer.from([0, 255, 1]).toString("base64");
    await post(server, USERS, {
      rows: [
        { id: 300, name: "types", age: 5, score: 5, meta: { a: [1, "x"] }, avatar: { type: "bytea", value: blob } },
      ],
    });
    const types =
      "SELECT typeof(age) AS age, typeof(score) AS score, typeof(avatar) AS avatar, meta FROM users WHERE id = 300";
    expect(await rows(server, types)).toEqual([
      { age: "integer", score: "real", avatar: "blob", meta: '{"a":[1,"x"]}' },
    ]);
    const big = await post(server, USERS, {
      rows: [{ id: { type: "int8", value: "9007199254740993" }, name: "big" }],
    });
    expect(big.body.ids).toEqual(["9007199254740993"]);
    await call(server, "DELETE", USERS, { filter: "id IN (300, 9007199254740993)" });
  });

  it("is all or nothing, unless conflicts are ignored or updated", async () => {
    const rowsOf = {
      rows: [
        { id: 500, name: "New" },
        { id: 100, name: "Charles" },
      ],
    };
    const error = await post(server, USERS, rowsOf);
    expect([error.status, error.body.code]).toEqual([409, "UNIQUE_VIOLATION"]);
    expect((await get(server, `${USERS}?filter=id=500`)).body.total).toBe(0);

    const ignored = await post(server, USERS, { ...rowsOf, on_conflict: "ignore" });
    expect(ignored.body).toMatchObject({ inserted: 1, skipped: 1, ids: [500, null] });
    const updated = await post(server, USERS, { ...rowsOf, on_conflict: "update" });
    expect(updated.body).toMatchObject({ inserted: 0, updated: 2, ids: [500, 100] });
    expect(await rows(server, "SELECT name, age FROM users WHERE id = 100")).toEqual([{ name: "Charles", age: 35 }]);
  });

  it("updates the row with the key: other unique values are violations, and other columns stay", async () => {
    const upsert = (...rows: object[]) => post(server, USERS, { rows, on_conflict: "update" });
    expect((await upsert({ id: 700, name: "Key", email: "key@example.com" })).status).toBe(201);
    const stolen = await upsert({ id: 701, name: "Other", email: "key@example.com" });
    expect([stolen.status, stolen.body.code]).toEqual([409, "UNIQUE_VIOLATION"]);
    // The name is NOT NULL and has no default.
    expect((await upsert({ id: 700, age: 7 })).body).toMatchObject({ inserted: 0, updated: 1, ids: [700] });
    expect((await upsert({ id: 702, age: 7 })).body.code).toBe("NOT_NULL_VIOLATION");
    const found = await rows(server, "SELECT id, name, email, age FROM users WHERE id >= 700");
    expect(found).toEqual([{ id: 700, name: "Key", email: "key@example.com", age: 7 }]);
  });

  it.each([
    [{ rows: [{ nmae: "x" }] }, 422, "SQL_NAME_NOT_FOUND"],
    [{ rows: [{ id: 900 }] }, 422, "NOT_NULL_VIOLATION"],
    [{ rows: [{ id: 900, name: "x", age: -1 }] }, 422, "CHECK_VIOLATION"],
    [{ rows: [{ id: 900, name: "x", email: "diana@example.com" }] }, 409, "UNIQUE_VIOLATION"],
    [{ rows: [{ id: "text", name: "x" }] }, 422, "TYPE_MISMATCH"],
    [{ rows: [{ avatar: { type: "bytea", value: "%%" }, name: "x" }] }, 400, "PARAM_TYPE"],
    [{ rows: [] }, 400, "INVALID_FIELD"],
    [{ rows: { id: 1 } }, 400, "INVALID_FIELD"],
    [{ rows: [1] }, 400, "INVALID_FIELD"],
    [{ row: [{ id: 1 }] }, 400, "UNKNOWN_FIELD"],
    [{ rows: [{ id: 1 }], on_conflict: "replace" }, 400, "INVALID_FIELD"],
  ])("refuses %j", async (body, status, code) => {
    const answer = await post(server, USERS, body);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
  });
});

describe("reading a table", () => {
  it("filters, sorts, chooses columns and pages", async () => {
    const page = await get(server, `${USERS}?filter=age>25&columns=id,name&order_by=id+DESC&page=1&limit=1`);
    expect(page.status).toBe(200);
    expect(page.body).toMatchObject({
      columns: ["id", "name"],
      column_types: ["int4", "text"],
      rows: [{ id: 101, name: "Diana" }],
      total: 2,
      page: 1,
      limit: 1,
      has_more: true,
    });
    const last = await get(server, `${USERS}?filter=age>25&columns=id&order_by=id&page=2&limit=1`);
    expect(last.body).toMatchObject({ rows: [{ id: 101 }], has_more: false });
  });

  it("has the specification's form", async () => {
    const page = await get(server, `${USERS}?columns=id,name&filter=id%3D101&limit=50`, { accept: SPEC });
    expect(page.body.data).toMatchObject({
      columns: ["id", "name"],
      rows: [[101, "Diana"]],
      pagination: { page: 1, limit: 50, total: 1, total_pages: 1 },
    });
  });

  it("can leave out the count", async () => {
    expect((await get(server, `${USERS}?include_total=false&limit=1`)).body).not.toHaveProperty("total");
  });

  it("shows booleans, and the past", async () => {
    const before = (await get(server, `${USERS}?filter=id=100`)).body;
    expect(before.rows[0]).toMatchObject({ active: true, name: "Charles" });
    await call(server, "PUT", USERS, { values: { name: "Carl", active: false }, filter: "id = 100" });
    for (const asOf of [
      `as_of=scn:${before.scn}`,
      `as_of_type=scn&as_of_value=${before.scn}`,
      `as_of=snap_${before.scn.toString(36)}`,
    ]) {
      const then = await get(server, `${USERS}?filter=id=100&${asOf}`);
      expect(then.body).toMatchObject({ rows: before.rows, scn: before.scn });
    }
    expect((await get(server, `${USERS}?filter=id=100`)).body.rows[0]).toMatchObject({ active: false, name: "Carl" });
  });

  it.each([
    ["page=0", 400, "INVALID_FIELD", "'page' must be at least 1"],
    ["limit=1001", 400, "INVALID_FIELD", "'limit' must be at most 1000"],
    ["sort=name", 400, "UNKNOWN_FIELD", "Did you mean 'order_by'?"],
    ["limit=1&limit=2", 400, "BAD_REQUEST", "'limit' is given twice"],
    ["filter=%zz", 400, "BAD_REQUEST", "percent-encoding"],
    ["columns=nope", 422, "SQL_NAME_NOT_FOUND", "nope"],
    ["order_by=nope", 422, "SQL_NAME_NOT_FOUND", "nope"],
    ["order_by=1;drop", 400, "INVALID_FILTER", ""],
    ["filter=nope=1", 422, "SQL_NAME_NOT_FOUND", "nope"],
    ["as_of=1&as_of_type=scn", 400, "FIELD_CONFLICT", "Send one of the two"],
    ["as_of_value=1", 400, "INVALID_POINT", "as_of_type"],
    ["as_of=2025-12-01T08:00:00+01:00", 400, "INVALID_POINT", "%2B"],
    ["as_of=4000000000", 422, "POINT_IN_FUTURE", ""],
    ["as_of=1", 422, "POINT_BEFORE_HISTORY", ""],
  ])("refuses %s", async (query, status, code, message) => {
    const answer = await get(server, `${USERS}?${query}`);
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.message).toContain(message);
  });

  it("of no table and of no branch is 404", async () => {
    const none = await get(server, "/v1/branches/main/tables/nope/data");
    expect(none.body).toMatchObject({ status: 404, error: "NotFound", code: "TABLE_NOT_FOUND" });
    const branch = await get(server, "/v1/branches/xyz/tables/users/data");
    expect(branch.body).toMatchObject({ status: 404, code: "BRANCH_NOT_FOUND", message: "Branch 'xyz' not found" });
  });

  it("lists tables with what they hold", async () => {
    const { body } = await get(server, "/v1/branches/main/tables");
    expect(body.tables.map((table: { name: string }) => table.name)).toEqual(["pairs", "users"]);
    expect(body.tables[1]).toMatchObject({ name: "users", row_count: await count() });
    const spec = await get(server, "/v1/branches/main/tables", { accept: SPEC });
    expect(spec.body.data.tables[1].columns[0]).toEqual({
      name: "id",
      type: "INTEGER",
      nullable: false,
      primary_key: true,
    });
  });
});

describe("updating and deleting", () => {
  it("answers with the number of rows", async () => {
    const update = { values: { email: "newemail@example.com" }, filter: "id = 100" };
    expect((await call(server, "PUT", USERS, update)).body).toMatchObject({
      updated: 1,
      message: "Successfully updated 1 row(s)",
    });
    const spec = { updates: { age: 41 }, filter: "id = 100" };
    expect((await call(server, "PUT", USERS, spec, { accept: SPEC })).body.data).toMatchObject({ updated: 1 });
    expect((await call(server, "DELETE", USERS, { filter: "id = 500" })).body).toMatchObject({
      deleted: 1,
      message: "Successfully deleted 1 row(s)",
    });
    const inUrl = await call(server, "DELETE", `${USERS}?filter=id%20%3D%20102`, undefined, { accept: SPEC });
    expect(inUrl.body.data).toMatchObject({ deleted: 1 });
  });

  it.each([
    ["PUT", "", { values: { age: 1 } }, "FILTER_REQUIRED"],
    ["PUT", "", { values: { age: 1 }, filter: "  " }, "FILTER_REQUIRED"],
    ["PUT", "", { values: { age: 1 }, filter: "-- all" }, "FILTER_REQUIRED"],
    ["PUT", "", { values: {}, filter: "true" }, "INVALID_FIELD"],
    ["PUT", "", { values: { age: 1 }, updates: { age: 1 }, filter: "true" }, "FIELD_CONFLICT"],
    ["DELETE", "", undefined, "FILTER_REQUIRED"],
    ["DELETE", "", {}, "FILTER_REQUIRED"],
    ["DELETE", "", { filter: "/* */" }, "FILTER_REQUIRED"],
    ["DELETE", "?filter=", undefined, "FILTER_REQUIRED"],
    ["DELETE", "?filter=true", { filter: "true" }, "FIELD_CONFLICT"],
    ["DELETE", "", { where: "true" }, "UNKNOWN_FIELD"],
  ])("%s%s with %j is refused, and nothing is lost", async (method, query, body, code) => {
    const before = await count();
    const answer = await call(server, method, USERS + query, body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    if (code === "FILTER_REQUIRED") expect(answer.body.message).toContain("true");
    expect(await count()).toBe(before);
  });

  it("takes a DELETE with a JSON type and no body, as the tutorial's Python client sends it", async () => {
    await post(server, "/v1/branches", { name: "to-delete" });
    const answer = await call(server, "DELETE", "/v1/branches/to-delete", undefined, {
      headers: { "content-type": "application/json" },
    });
    expect(answer.status).toBe(204);
  });
});

async function count(): Promise<number> {
  return (await rows(server, "SELECT count(*) AS n FROM users"))[0].n;
}
