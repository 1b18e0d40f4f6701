import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { HeliumSession, send } from "../support/helium.js";
import { execute, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

const run = promisify(execFile);
let server: TestServer;
let session: HeliumSession;

beforeAll(async () => {
  server = await startServer();
  for (const name of ["bar", "baz"]) await must(server, "POST", "/v1/branches", { name });
  await execute(server, "CREATE TABLE table_a (pk INTEGER PRIMARY KEY)");
  await execute(server, "CREATE TABLE table_b (pk INTEGER PRIMARY KEY)");
  await execute(server, "CREATE TABLE fk_table (pk INTEGER PRIMARY KEY, a INTEGER REFERENCES table_a)");
  await execute(server, "CREATE TABLE big_table (pk int(11) NOT NULL, PRIMARY KEY (pk))", "bar");
  const numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000) SELECT i FROM n";
  await execute(server, `INSERT INTO big_table ${numbers}`, "bar");
  session = await HeliumSession.open(server, "admin", KEYS.admin);
});
afterAll(() => server?.remove());

/** Runs a command of the document, as printed but for the server, the user and the keys. */
async function shell(command: string, values: { readonly [printed: string]: string }): Promise<string> {
  const all = { "<helium-domain>:<port>": server.url.slice("http://".length), ...values };
  const script = Object.entries(all).reduce((text, [printed, value]) => text.replaceAll(printed, value), command);
  return (await run("bash", ["-c", `curl() { command curl --silent --show-error "$@"; }; ${script}`])).stdout;
}

it("the commands of the document log in and list the schemas", async () => {
  const command = String.raw`curl http://<helium-domain>:<port>/api/v1/login \
    --data "username=bob&password=hunter2&host=example.com"`;
  const { apiKey } = JSON.parse(await shell(command, { bob: "admin", hunter2: KEYS.admin }));
  expect(apiKey).toMatch(/^hs_/);
  const list = String.raw`curl http://<helium-domain>:<port>/api/v1/schemas \
    -H "X-API-Key: my-api-key"`;
  expect(JSON.parse(await shell(list, { "my-api-key": apiKey }))).toEqual(["main", "bar", "baz"]);
});

it("every response to a key says when it ends, and one to no key doesn't", async () => {
  expect((await session.get(["main"])).expiration).toBeGreaterThan(Date.now());
  expect((await session.get(["main", "absent"])).expiration).toBeGreaterThan(Date.now());
  expect((await send(server, "GET", "/schemas")).expiration).toBeNull();
});

it("tables are listed as the document shows them", async () => {
  const table = (raw: string, clean: string) => ({
    schema: "main",
    name: { raw, clean },
    tier: "manual",
    masterName: null,
  });
  expect((await session.get(["main"])).body).toEqual([
    table("fk_table", "FkTable"),
    table("table_a", "TableA"),
    table("table_b", "TableB"),
  ]);
});

it("metadata are those that the document shows", async () => {
  expect((await session.get(["bar", "big_table"])).body).toEqual({
    schema: "bar",
    name: "big_table",
    headers: [
      {
        name: "pk",
        type: "integer",
        isNumerical: true,
        isTextual: false,
        signed: true,
        ordinalPosition: 1,
        rawType: "int(11)",
        defaultValue: null,
        nullable: false,
        maxCharacters: null,
        charset: null,
        numericPrecision: 10,
        numericScale: 0,
        enumValues: null,
        comment: "",
        tableName: "big_table",
      },
    ],
    totalRows: 1000,
    constraints: [
      { type: "primary", name: "PRIMARY", constraints: [{ localColumn: "pk", ref: null, type: "primary" }] },
    ],
    comment: "",
    parts: [],
  });
});

it("a page is that which the document shows", async () => {
  await execute(
    server,
    "CREATE TABLE product (product_id INT PRIMARY KEY, product_name VARCHAR(40), price DECIMAL(5, 2))",
  );
  const products = [
    [20, "Chicken breast (1 lb)", 1.99],
    [21, "Apples (1 lb)", 1.99],
    [22, "Soda", 1.99],
    [23, "Crackers", 3.49],
    [24, "Ice cream", 3.99],
    [25, "Oranges (1 lb)", 2.99],
    [26, "Bananas (1 lb)", 0.79],
  ] as const;
  const rows = products.map(([product_id, product_name, price]) => ({ product_id, product_name, price }));
  for (const row of rows) expect((await session.insert("main", { product: [row] })).body).toEqual({});
  const { body } = await session.get(["main", "product", "data"]);
  expect(body).toEqual({ size: 7, data: rows, totalRows: 7 });
});

it("a row is plucked with its parts as the document shows it", async () => {
  await execute(server, "CREATE TABLE master (pk INTEGER PRIMARY KEY)");
  await execute(
    server,
    "CREATE TABLE master__part (part_pk INTEGER PRIMARY KEY, master INTEGER REFERENCES master (pk), default_test INT DEFAULT 12345)",
  );
  const insert = { master: [{ pk: 1001 }], master__part: [{ part_pk: 100, master: 1001, default_test: 12345 }] };
  expect((await session.insert("main", insert)).status).toBe(200);
  expect((await session.get(["main", "master", "pluck"], { pk: "1001" })).body).toEqual(insert);
});

it("defaults are those that the document shows", async () => {
  await execute(
    server,
    `CREATE TABLE defaults_test (pk INTEGER PRIMARY KEY AUTOINCREMENT, "int" INT DEFAULT 5, "float" FLOAT DEFAULT 10,
     "date" DATE DEFAULT '2017-01-01', "datetime" DATETIME DEFAULT '2017-01-01 12:00:00',
     datetime_now DATETIME DEFAULT CURRENT_TIMESTAMP, "boolean" TINYINT(1) DEFAULT 1,
     "enum" TEXT DEFAULT 'a' CHECK ("enum" IN ('a', 'b')), no_default INT)`,
  );
  await execute(server, "INSERT INTO defaults_test (pk) VALUES (8)");
  await execute(server, "DELETE FROM defaults_test");
  const before = new Date().toISOString();
  const { body } = await session.get(["main", "defaults_test", "defaults"]);
  expect(body).toEqual({
    pk: 9,
    int: 5,
    float: 10,
    date: "2017-01-01",
    datetime: "2017-01-01 12:00:00",
    datetime_now: expect.stringMatching(/^\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}$/),
    boolean: true,
    enum: "a",
    no_default: null,
  });
  const now = body.datetime_now.replace(" ", "T");
  expect(now >= before.slice(0, 19) && now <= new Date().toISOString()).toBe(true);
});
