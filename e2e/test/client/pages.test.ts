import { HeliosDBClient } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Helios } from "../../support/helios.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

const ROWS = 2500;
let server: ServerProcess;
let client: HeliosDBClient;
let helios: Helios;

beforeAll(async () => {
  server = await ServerProcess.start({ env: { HELIOSDB_API_DIALECT: "spec" } });
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  helios = new Helios(server.url);
  await client.sql.execute("CREATE TABLE items (id INTEGER PRIMARY KEY, kind TEXT)");
  await client.sql.execute(
    "WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < $1) " +
      "INSERT INTO items SELECT i, nullif('k' || (i % 3), 'k0') FROM n",
    { params: [ROWS] },
  );
  await client.sql.execute("CREATE VIEW seen AS SELECT * FROM items");
});
afterAll(async () => {
  await client?.close();
  helios?.remove();
  await server?.remove();
});

const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

it("the client reads all rows at one point in time while they are deleted", async () => {
  const branch = await client.branches.create({ name: "reading" });
  const ids: number[] = [];
  for await (const { id } of client.data.rows<{ id: number }>(branch.name, "items", { columns: ["id"] })) {
    if (id === 1) await client.data.delete(branch.name, "items", { filter: "true" });
    ids.push(id);
  }
  expect(ids).toEqual(numbers(1, ROWS));
  expect((await client.data.query(branch.name, "items")).rows).toEqual([]);
});

it("the client goes on from a page, in the order asked for", async () => {
  const request = { orderBy: ["kind DESC NULLS FIRST", "id"], filter: "id <= 9" };
  const first = await client.data.query("main", "items", { ...request, limit: 2 });
  expect(first).toMatchObject({ page: 1, total: 9, hasMore: true });
  const rest = client.data.pages<{ id: number }>("main", "items", { ...request, limit: 4, cursor: first.nextCursor! });
  const pages: (number | undefined)[][] = [];
  for await (const page of rest)
    pages.push(
      page.rows.map(({ id }) => id),
      [page.page, page.total],
    );
  expect(first.rows.map((row) => row.id)).toEqual([3, 6]);
  expect(pages).toEqual([
    [9, 2, 5, 8],
    [undefined, undefined],
    [1, 4, 7],
    [undefined, undefined],
  ]);
  await expect(client.data.query("main", "items", { cursor: first.nextCursor! })).rejects.toMatchObject({
    code: "INVALID_CURSOR",
    status: 400,
  });
});

it("the client refuses to read a view page by page, unless it fits one", async () => {
  await expect(client.data.rows("main", "seen").next()).rejects.toMatchObject({ code: "INVALID_CURSOR" });
  const few = client.data.rows<{ id: number }>("main", "seen", { filter: "id = 7" });
  expect((await few.next()).value).toMatchObject({ id: 7 });
});

it("helios data get --all writes every row in every form", async () => {
  expect((await helios.json("data", "get", "items", "--all")).map((row: { id: number }) => row.id)).toEqual(
    numbers(1, ROWS),
  );
  const csv = await helios.run([
    "data",
    "get",
    "items",
    "--all",
    "--columns",
    "id",
    "--order-by",
    "id DESC",
    "-o",
    "csv",
  ]);
  expect(csv).toEqual({ code: 0, stdout: `id\n${numbers(1, ROWS).reverse().join("\n")}\n`, stderr: "" });
  const table = await helios.run(["data", "get", "items", "--all", "--columns", "id", "-o", "table"]);
  expect(table.stdout.split("\n")).toHaveLength(ROWS + 3);
  expect(await helios.json("data", "get", "items", "--all", "--filter", "false")).toEqual([]);
});

it("helios data get names the cursor of the next page, and takes it", async () => {
  const page = await helios.run(["data", "get", "items", "--limit", "2", "--columns", "id", "-o", "csv"]);
  expect(page.stdout).toBe("id\n1\n2\n");
  const cursor = /^Page 1: 2 of 2500 rows .*; next: --cursor (\S+)\n$/.exec(page.stderr)![1]!;
  const next = await helios.run(["data", "get", "items", "--limit", "1", "--cursor", cursor, "-o", "csv"]);
  expect(next.stdout).toBe("id,kind\n3,\n");
  expect(next.stderr).toMatch(/^1 rows .*; next: --cursor \S+\n$/);
  const all = await helios.json("data", "get", "items", "--all", "--cursor", cursor);
  expect(all).toHaveLength(ROWS - 2);
});

it("helios data get says what does not go together, and what has no cursor", async () => {
  const both = await helios.run(["data", "get", "items", "--cursor", "x", "--page", "2"]);
  expect([both.code, both.stdout]).toEqual([2, ""]);
  expect((await helios.run(["data", "get", "items", "--all", "--limit", "2"])).code).toBe(2);
  const wrong = await helios.run(["data", "get", "items", "--cursor", "x"]);
  expect([wrong.code, wrong.stdout]).toEqual([1, ""]);
  expect(wrong.stderr).toContain("INVALID_CURSOR (400");
  const view = await helios.run(["data", "get", "seen", "--all"]);
  expect([view.code, view.stdout]).toEqual([1, ""]);
  expect(view.stderr).toContain("'seen' can't be read to the end with a cursor");
});
