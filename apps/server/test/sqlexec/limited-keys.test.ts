import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute, must, rows } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { makeSigner, query, type Signer, sendSigned } from "../support/signing.js";

let server: TestServer;
let ofBranches: Signer;
let ofTables: Signer;
let secretId: string;

beforeAll(async () => {
  server = await startServer();
  await execute(server, "CREATE TABLE orders (id INTEGER PRIMARY KEY, note TEXT)");
  await execute(server, "CREATE TABLE secrets (id INTEGER PRIMARY KEY, v TEXT)");
  await execute(server, "INSERT INTO secrets VALUES (1, 'hush')");
  await execute(server, "CREATE VIEW all_secrets AS SELECT * FROM secrets");
  for (const name of ["feature-a", "secret"]) await must(server, "POST", "/v1/branches", { name });
  secretId = (await must(server, "GET", "/v1/branches/secret")).id;
  ofBranches = await makeSigner(server, { scopes: ["read", "write"], branches: ["feature-*"] });
  ofTables = await makeSigner(server, { scopes: ["read", "write", "merge"], tables: ["orders"] });
});
afterAll(() => server?.remove());

/** With the key, and signed by it: both are to hear the same. */
async function both(signer: Signer, sql: string, database?: string): Promise<string> {
  const more = database === undefined ? {} : { database };
  const sent = await query(server, signer.key, sql, more);
  const signed = await sendSigned(server, signer, { body: JSON.stringify({ sql, ...more }) });
  expect([sql, signed.status, signed.text]).toEqual([sql, sent.status, sent.text]);
  return `${sent.status} ${sent.text}`;
}

const READ_FAILED = '400 {"error":"query failed","code":400}';
const WRITE_FAILED = '400 {"error":"execute failed","code":400}';
const FORBIDDEN = '403 {"error":"forbidden","code":403}';

describe("a key limited to branches", () => {
  it.each([
    ["SELECT 1", READ_FAILED],
    ["SHOW TABLES", READ_FAILED],
    ["DESC secrets", READ_FAILED],
    ["SHOW CREATE TABLE secrets", READ_FAILED],
    ["PRAGMA table_info(secrets)", READ_FAILED],
    ["WITH n AS (SELECT 1) DELETE FROM secrets", WRITE_FAILED],
    ["DELETE FROM secrets", WRITE_FAILED],
    ["DROP TABLE secrets", WRITE_FAILED],
  ])("hears of other branches what it hears of none: %s", async (sql, expected) => {
    for (const name of ["nowhere", "feature-nowhere", "secret", "main", secretId, undefined]) {
      for (const point of ["", "@now", "@scn:1"]) {
        const database = name === undefined ? undefined : name + point;
        expect([database, await both(ofBranches, sql, database)]).toEqual([database, expected]);
      }
    }
    for (const name of ["secret", "main", "nowhere"]) {
      if (sql === "SHOW TABLES") expect(await both(ofBranches, `SHOW TABLES FROM ${name}`, "feature-a")).toBe(expected);
    }
  });

  it("sees and changes its own", async () => {
    expect(await both(ofBranches, "SHOW DATABASES")).toBe(
      '200 {"columns":["schema_name"],"rows":[["feature-a"]],"total":1,"truncated":false}',
    );
    const { body } = await query(server, ofBranches.key, "INSERT INTO orders VALUES (1, 'mine')", {
      database: "feature-a",
    });
    expect(body).toEqual({ affected_rows: 1 });
    expect(await rows(server, "SELECT * FROM orders")).toEqual([]);
  });
});

describe("a key limited to tables", () => {
  it.each([
    "SELECT * FROM orders",
    "SELECT * FROM secrets",
    "SELECT * FROM all_secrets",
    "SELECT name FROM sqlite_schema",
    "PRAGMA table_info(orders)",
    "EXPLAIN SELECT * FROM secrets",
    "DESC orders",
    "SHOW COLUMNS FROM secrets",
    "SHOW CREATE TABLE secrets",
    "SHOW INDEX FROM orders",
    "INSERT INTO orders VALUES (1, 'x')",
    "WITH s AS (SELECT v FROM secrets) INSERT INTO orders (note) SELECT v FROM s RETURNING note",
    "DROP TABLE secrets",
  ])("sends no SQL: %s", async (sql) => {
    for (const database of [undefined, "feature-a"]) expect(await both(ofTables, sql, database)).toBe(FORBIDDEN);
  });

  it("lists its tables and the branches", async () => {
    expect(await both(ofTables, "SHOW TABLES")).toBe(
      '200 {"columns":["table_name"],"rows":[["orders"]],"total":1,"truncated":false}',
    );
    expect(await both(ofTables, "SHOW TABLES LIKE 'secrets'")).toContain('"total":0');
    expect(await both(ofTables, "SHOW DATABASES")).toContain('["main"]');
    expect(await rows(server, "SELECT * FROM secrets")).toEqual([{ id: 1, v: "hush" }]);
  });
});

it("a key of another tenant sees that tenant alone", async () => {
  const list = await query(server, KEYS.other, "SHOW DATABASES");
  expect(list.body.rows).toEqual([["main"]]);
  expect((await query(server, KEYS.other, "SHOW TABLES")).body.rows).toEqual([]);
  expect((await query(server, KEYS.other, "SELECT * FROM secrets", { database: secretId })).body.error).toBe(
    "query failed",
  );
});
