import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OPERATIONS } from "../../dist/surfaces/v1/routes/index.js";
import { call, execute, get, must, post, rows, SPEC } from "../support/http.js";
import { startServer, type TestServer } from "../support/server.js";

const DATA = "/v1/branches/main/tables/orders/data";
const SECRETS = "/v1/branches/main/tables/secrets/data";
let server: TestServer;
let key: string;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)");
  await execute(server, "CREATE TABLE secrets (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(server, "CREATE VIEW all_secrets AS SELECT * FROM secrets");
  await execute(server, "INSERT INTO secrets VALUES (1, 'hush')");
  await execute(server, "INSERT INTO orders VALUES (1, 'one'), (2, 'two')");
  await must(server, "POST", "/v1/branches", { name: "dev" });
  await execute(server, "UPDATE orders SET note = 'changed' WHERE id = 1", "dev");
  await execute(server, "UPDATE secrets SET v = 'hush hush'", "dev");
  await execute(server, "CREATE INDEX by_v ON secrets (v)", "dev");
  await execute(server, "CREATE VIEW more_secrets AS SELECT * FROM secrets", "dev");
  const made = await must(server, "POST", "/v1/auth/keys", {
    name: "orders",
    scopes: ["read", "write", "merge"],
    tables: ["Orders", "not_yet"],
  });
  key = made.key;
});
afterAll(() => server?.remove());

const limited = (method: string, path: string, body?: unknown, accept?: string) =>
  call(server, method, path, body, { key, ...(accept && { accept }) });

describe("a key limited to tables", () => {
  it("reads, writes and compares the rows of these", async () => {
    expect((await limited("GET", "/v1/branches/main/tables")).body.tables).toEqual([
      expect.objectContaining({ name: "orders" }),
    ]);
    expect((await limited("GET", `${DATA}?filter=id IN (1, 2) AND note <> 'SELECT'`)).body.rows).toHaveLength(2);
    expect((await limited("GET", DATA.replace("orders", "ORDERS"))).status).toBe(200);
    expect((await limited("POST", DATA, { rows: [{ id: 3, note: "three" }] })).status).toBe(201);
    expect((await limited("PUT", DATA, { values: { note: "3" }, filter: "id = 3" })).body.updated).toBe(1);
    expect((await limited("DELETE", DATA, { filter: "id = 3" })).body.deleted).toBe(1);
    const history = await limited("GET", "/v1/branches/main/tables/orders/history?key=3");
    expect(history.body.versions).toHaveLength(3);
    expect((await limited("GET", "/v1/branches/dev")).body.name).toBe("dev");
  });

  it("sees no other table whose name is the same but for letters that SQLite tells apart", async () => {
    for (const [table, value] of Object.entries({ É: "upper", é: "lower" })) {
      await execute(server, `CREATE TABLE "${table}" (id INTEGER PRIMARY KEY, v TEXT)`);
      await execute(server, `INSERT INTO "${table}" VALUES (1, '${value}')`);
    }
    const made = await must(server, "POST", "/v1/auth/keys", { name: "lower", scopes: ["read"], tables: ["é"] });
    const read = (table: string) =>
      call(server, "GET", `/v1/branches/main/tables/${encodeURIComponent(table)}/data`, undefined, { key: made.key });
    expect((await read("é")).body.rows).toEqual([expect.objectContaining({ v: "lower" })]);
    expect((await read("É")).body.code).toBe("TABLE_NOT_FOUND");
    for (const table of ["É", "é"]) await execute(server, `DROP TABLE "${table}"`);
  });

  it("sees no other table in a difference", async () => {
    for (const query of ["", "?tables=orders", "?from=main"]) {
      const { status, body } = await limited("GET", `/v1/branches/dev/diff${query}`);
      expect([query, status]).toEqual([query, 200]);
      expect(JSON.stringify(body)).not.toMatch(/secrets|hush|by_v/);
      expect(body.tables.map((one: { table: string }) => one.table)).toEqual(["orders"]);
      expect(body.rows.length).toBeGreaterThan(0);
    }
    const asked = await limited("GET", "/v1/branches/dev/diff?tables=orders,secrets");
    const unknown = await limited("GET", "/v1/branches/dev/diff?tables=orders,nothing");
    expect([asked.status, asked.body.code]).toEqual([404, "TABLE_NOT_FOUND"]);
    expect(asked.body.message.replace("secrets", "nothing")).toBe(unknown.body.message);
    expect((await get(server, "/v1/branches/dev/diff")).body.tables).toHaveLength(2);
  });

  it.each([
    ["GET", (table: string) => `/v1/branches/main/tables/${table}/data`, undefined],
    ["GET", (table: string) => `/v1/branches/main/tables/${table}/data?as_of=scn:4`, undefined],
    ["POST", (table: string) => `/v1/branches/main/tables/${table}/data`, { rows: [{ id: 1 }] }],
    ["PUT", (table: string) => `/v1/branches/main/tables/${table}/data`, { values: { v: 1 }, filter: "1" }],
    ["DELETE", (table: string) => `/v1/branches/main/tables/${table}/data`, { filter: "true" }],
    ["GET", (table: string) => `/v1/branches/main/tables/${table}/history?key=1`, undefined],
  ])("is told of another table that there is none: %s %s", async (method, path, body) => {
    for (const accept of [undefined, SPEC]) {
      const answers = [];
      for (const table of ["secrets", "SECRETS", "all_secrets", "nothing"]) {
        const { status, body: said } = await limited(method, path(table), body, accept);
        const { request_id, meta, ...rest } = said;
        answers.push(`${status} ${JSON.stringify(rest).replaceAll(table, "TABLE")}`);
      }
      expect(new Set(answers).size).toBe(1);
      expect(answers[0]).toMatch(/^404 .*TABLE_NOT_FOUND/);
    }
    const elsewhere = await limited(method, path("secrets").replace("main", "nowhere"), body);
    expect(elsewhere.body.code).toBe("BRANCH_NOT_FOUND");
  });

  it.each([
    "id = (SELECT id FROM secrets)",
    "EXISTS (SELECT 1 FROM secrets WHERE v LIKE 'h%')",
    "id IN secrets",
    "id NOT IN all_secrets",
    "id IN main.secrets",
    'id in "secrets"',
    "id IN (secrets AS OF SCN 4)",
    "(VALUES (1)) = 1",
  ])("reaches none by the filter %s", async (filter) => {
    const answers = [
      await limited("GET", `${DATA}?filter=${encodeURIComponent(filter)}`),
      await limited("GET", `${DATA}?as_of=scn:5&filter=${encodeURIComponent(filter)}`),
      await limited("PUT", DATA, { values: { note: "x" }, filter }),
      await limited("DELETE", DATA, { filter }),
      await limited("DELETE", `${DATA}?filter=${encodeURIComponent(filter)}`),
    ];
    for (const { status, body } of answers) expect([status, body.code]).toEqual([403, "SQL_NOT_ALLOWED"]);
    expect(await rows(server, "SELECT * FROM orders")).toHaveLength(2);
  });

  it("shows nothing of another table by the names of its columns and sorting", async () => {
    for (const query of [
      "columns=(SELECT v FROM secrets)",
      "order_by=(SELECT v FROM secrets)",
      "columns=v",
      "columns=secrets.v",
      "filter=secrets.v = 'hush'",
    ]) {
      const { status, body } = await limited("GET", `${DATA}?${query}`);
      expect([query, status >= 400 && status < 500]).toEqual([query, true]);
      expect(JSON.stringify(body)).not.toContain("hush");
    }
    // The same filters are fine for everybody else.
    const all = await get(server, `${DATA}?filter=${encodeURIComponent("id IN (SELECT id FROM secrets)")}`);
    expect(all.body.rows).toHaveLength(1);
  });

  const allowed = new Set([
    ...["listBranches", "getBranch", "getDiff", "getRowHistory", "listTables"],
    ...["queryTable", "insertRows", "updateRows", "deleteRows"],
  ]);
  const bodies: { readonly [operation: string]: object } = {
    createBranch: { name: "mine" },
    updateBranch: { expires_at: null },
    mergeBranch: { target: "main" },
    restoreBranch: { as_of: "scn:1" },
    query: { sql: "SELECT * FROM orders" },
    execute: { sql: "DELETE FROM orders" },
    executeBatch: { statements: [{ sql: "DELETE FROM orders" }] },
  };
  const refused = OPERATIONS.filter(({ id, path }) => path.startsWith("/v1/branches") && !allowed.has(id));
  it.each(refused.map((one) => [one.id, one] as const))("is refused %s", async (id, { method, path }) => {
    const filled = path.replace("{branch}", "dev").replace("{snapshot}", "snap_1");
    const { status, body } = await limited(method, filled, bodies[id]);
    expect([id, status, body.code]).toEqual([id, 403, "FORBIDDEN"]);
    expect((await get(server, "/v1/branches/dev/diff?limit=0")).body.tables).toHaveLength(2);
  });

  it("is held to its branches as well, where both are limited", async () => {
    const body = { name: "both", scopes: ["read"], tables: ["orders"], branches: ["dev"] };
    const both = await must(server, "POST", "/v1/auth/keys", body);
    const as = { key: both.key };
    expect((await get(server, "/v1/branches/dev/tables/orders/data", as)).status).toBe(200);
    expect((await get(server, DATA, as)).body.code).toBe("BRANCH_NOT_FOUND");
    expect((await get(server, SECRETS, as)).body.code).toBe("BRANCH_NOT_FOUND");
    expect((await get(server, "/v1/branches/dev/tables/secrets/data", as)).body.code).toBe("TABLE_NOT_FOUND");
    expect((await get(server, "/v1/branches/dev/diff?from=main", as)).body.code).toBe("BRANCH_NOT_FOUND");
    const { token } = (await post(server, "/v1/auth/token", undefined, as)).body;
    expect((await get(server, SECRETS.replace("main", "dev"), { key: null, token })).status).toBe(404);
    expect((await get(server, "/v1/auth/me", { key: null, token })).body).toMatchObject({
      branches: ["dev"],
      tables: ["orders"],
    });
  });
});
