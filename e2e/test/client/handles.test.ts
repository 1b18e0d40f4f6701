import { HeliosDBClient, NotFoundError, sql } from "@heliosdb/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { API_KEY, ServerProcess } from "../../support/server.js";

interface User {
  readonly id: number;
  readonly name: string;
}

let server: ServerProcess;
let client: HeliosDBClient;
let start: number;

beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  const main = client.branch("main");
  await main.execute("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT)");
  ({ scn: start } = await main.table("users").insert([{ id: 1, name: "Ann" }]));
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

const names = async () => (await client.branches.list()).branches.map(({ name }) => name);

it("a handle reads and writes its branch, and its past", async () => {
  const main = client.branch("main");
  const dev = await main.fork({ name: "dev" });
  expect(dev.branch).toBe("dev");
  await dev.execute(sql`INSERT INTO users VALUES (${2}, ${"O'Hara"})`);
  await dev.batch([sql`UPDATE users SET name = ${"Anna"} WHERE id = ${1}`, "DELETE FROM users WHERE id = 9"]);
  await dev.table("users").update({ filter: "id = 2", values: { name: "Tara" } });

  const all = sql`SELECT id, name FROM users ORDER BY id`;
  const past = dev.asOf(`scn:${start}`);
  expect((await dev.query<User>(all)).rows).toEqual([
    { id: 1, name: "Anna" },
    { id: 2, name: "Tara" },
  ]);
  expect((await past.query<User>(all)).rows).toEqual([{ id: 1, name: "Ann" }]);
  const rows: User[] = [];
  for await (const row of past.table<User>("users").rows()) rows.push(row);
  for await (const row of await past.stream<User>(all)) rows.push(row);
  expect(rows).toEqual([
    { id: 1, name: "Ann" },
    { id: 1, name: "Ann" },
  ]);
  expect((await dev.table<User>("users").page({ filter: "id = 2" })).rows).toEqual([{ id: 2, name: "Tara" }]);
  expect((await past.tables()).map(({ name }) => name)).toEqual(["users"]);

  const changed: unknown[] = [];
  for await (const { key } of dev.diffRows()) changed.push(key);
  expect(changed).toHaveLength(2);
  const versions: unknown[] = [];
  for await (const { row } of dev.table<User>("users").versions(2)) versions.push(row?.name);
  expect(versions).toEqual(["Tara", "O'Hara"]);
  expect((await dev.commits({ limit: 1 }).next()).value).toMatchObject({ author: "admin" });
  expect(await dev.mergeInto(main, { deleteAfterMerge: true })).toMatchObject({ completed: true, sourceDeleted: true });
  expect((await main.query<User>(all)).rows.map(({ name }) => name)).toEqual(["Anna", "Tara"]);
});

it("values in a statement are given once", async () => {
  await expect(client.sql.query(sql`SELECT ${1} AS one`, { params: [1] })).rejects.toThrow("Leave out params");
  expect((await client.sql.query(sql`SELECT ${2n ** 60n} AS big`)).rows).toEqual([{ big: String(2n ** 60n) }]);
});

it("a temporary branch lasts as long as the work on it, and its error is the work's", async () => {
  const seen = await client.withBranch({}, async (branch) => {
    await branch.execute("INSERT INTO users VALUES (100, 'Temp')");
    const { name, expiresAt } = await branch.info();
    expect(name).toMatch(/^temp-[0-9a-f]{16}$/);
    expect(expiresAt!.getTime()).toBeGreaterThan(Date.now() + 3_000_000);
    await branch.update({ name: "renamed" });
    return branch.query<{ n: number }>("SELECT count(*) AS n FROM users WHERE id = 100");
  });
  expect(seen.rows).toEqual([{ n: 1 }]);
  const failed = client.withBranch({ name: "broken", sourceBranch: "main" }, async (branch) => {
    await branch.execute("INSERT INTO nowhere VALUES (1)");
  });
  await expect(failed).rejects.toMatchObject({ code: "SQL_NAME_NOT_FOUND" });
  expect(await names()).toEqual(["main"]);
});

it("a temporary branch may be merged or deleted by the work", async () => {
  await client.withBranch({}, (branch) => branch.mergeInto("main", { deleteAfterMerge: true }));
  await client.withBranch({}, async (branch) => {
    await branch.delete();
  });
  expect(await names()).toEqual(["main"]);
  await expect(client.withBranch({ sourceBranch: "nobody" }, async () => {})).rejects.toBeInstanceOf(NotFoundError);
});
