import { ConnectionError, HeliosDBClient, NotFoundError, QueryTimeoutError } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;

beforeAll(async () => {
  // Its own dialect is the other one.
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY, retry: { attempts: 1 } });
  await client.sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT, done BOOLEAN)");
  await client.sql.execute("INSERT INTO items VALUES (1, 'lamp', 1), (2, 'a\u2028b', 0)");
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

const many = (count: number) =>
  `WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c WHERE n < ${count}) SELECT n, hex(zeroblob(100)) AS pad FROM c`;

it("a stream gives what a query gives", async () => {
  const sql = "SELECT id, name, done, id AS name FROM items WHERE id >= $1 ORDER BY id";
  const plain = await client.sql.query(sql, { params: [1], explain: true });
  const stream = await client.sql.stream(sql, { params: [1], explain: true });
  const { columns, columnTypes, scn, executionPlan } = stream;
  expect({ columns, columnTypes, scn, executionPlan }).toEqual({
    columns: plain.columns,
    columnTypes: plain.columnTypes,
    scn: plain.scn,
    executionPlan: plain.executionPlan,
  });
  const rows = [];
  for await (const row of stream) rows.push(row);
  expect(rows).toEqual(plain.rows);
  expect(stream.end).toMatchObject({ rowCount: 2, truncated: false });
});

it("a stream has every row, or as many as are asked for", async () => {
  let sum = 0;
  const stream = await client.sql.stream<{ n: number }>(many(100_000));
  for await (const { n } of stream) sum += n;
  expect([sum, stream.end?.rowCount]).toEqual([5_000_050_000, 100_000]);
  const cut = await client.sql.stream(many(100_000), { maxRows: 20_000 });
  let count = 0;
  for await (const _ of cut) count++;
  expect([count, cut.end?.truncated]).toEqual([20_000, true]);
});

it("a stream reads the past of a branch", async () => {
  const { scn } = await client.sql.query("SELECT 1");
  await client.branches.create({ name: "dev" });
  await client.sql.execute("DELETE FROM items", { branch: "dev" });
  const count = async (options: object) => {
    let rows = 0;
    for await (const _ of await client.sql.stream("SELECT * FROM items", { branch: "dev", ...options })) rows++;
    return rows;
  };
  expect([await count({}), await count({ asOf: `scn:${scn}` })]).toEqual([0, 2]);
});

it("a loop that is left ends the work, and errors have their classes", async () => {
  for (let n = 0; n < 6; n++) {
    for await (const _ of await client.sql.stream(many(1e9), { timeoutMs: 120_000 })) break;
  }
  await expect(client.sql.stream("SELECT 1", { branch: "nowhere" })).rejects.toBeInstanceOf(NotFoundError);
  const reading = async (sql: string, options = {}) => {
    for await (const _ of await client.sql.stream(sql, options));
  };
  await expect(reading(many(1e9), { timeoutMs: 1500 })).rejects.toBeInstanceOf(QueryTimeoutError);
  const late = many(50_000).replace("SELECT n,", "SELECT iif(n = 40000, json('{'), n),");
  await expect(reading(late)).rejects.toMatchObject({ name: "InvalidRequestError", status: 422, code: "SQL_ERROR" });
});

it("a server that dies in the middle is noticed", async () => {
  const other = await ServerProcess.start();
  const mine = new HeliosDBClient({ baseUrl: other.url, apiKey: API_KEY, retry: { attempts: 1 } });
  try {
    const stream = await mine.sql.stream(many(1e9), { timeoutMs: 120_000 });
    const reading = (async () => {
      let rows = 0;
      for await (const _ of stream) if (++rows === 1000) process.kill(other.child.pid!, "SIGKILL");
    })();
    await expect(reading).rejects.toBeInstanceOf(ConnectionError);
  } finally {
    await mine.close();
    await other.remove();
  }
});
