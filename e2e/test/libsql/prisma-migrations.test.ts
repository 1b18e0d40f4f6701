import { HeliosDBClient } from "@heliosdb/client";
import { createClient } from "@libsql/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { PrismaEngine } from "../../support/prisma-engine.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;
let prisma: PrismaEngine;
beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  prisma = await PrismaEngine.load();
});
afterAll(async () => {
  await client?.close();
  await server?.remove();
});

const on = (branch: string) => ({ url: `${server.url}/hrana/${branch}/`, authToken: API_KEY });
const rows = async (branch: string, sql: string) => (await client.sql.query(sql, { branch })).rows;

const schema = (user: string, post: string) => `datasource db {
  provider = "sqlite"
}
model User {
  id    Int    @id @default(autoincrement())
  email String @unique
  ${user}
  posts Post[]
}
model Post {
  id       Int  @id @default(autoincrement())
  author   User @relation(fields: [authorId], references: [id], onDelete: Cascade)
  authorId Int
  ${post}
}
`;
const BEFORE = schema("name String?", "title String");
/** Both tables have to be rebuilt. */
const AFTER = schema('name String @default("nobody")', "title String?\n  views BigInt @default(0)\n  @@index([title])");

const ALL = 'SELECT email, name, title FROM "User" LEFT JOIN "Post" ON "authorId" = "User".id ORDER BY email';

/** Makes a schema, changes it on a branch while main moves on, and merges the branch. */
async function migrate(
  before: (branch: string) => Promise<void>,
  after: (branch: string) => Promise<void>,
  main: string,
) {
  await client.branches.create({ name: main });
  await before(main);
  await client.sql.batch(
    [
      "INSERT INTO \"User\" (email, name) VALUES ('a@x', 'Ann'), ('b@x', NULL)",
      "INSERT INTO \"Post\" (authorId, title) VALUES (1, 'p'), (2, 'q')",
    ],
    { branch: main },
  );
  const { scn } = await client.branches.get(main);
  const dev = `${main}-dev`;
  await client.branches.create({ name: dev, sourceBranch: main });
  await client.sql.execute("UPDATE \"User\" SET name = 'Bob' WHERE id = 2", { branch: dev });
  await after(dev);
  expect(await rows(dev, ALL)).toEqual([
    { email: "a@x", name: "Ann", title: "p" },
    { email: "b@x", name: "Bob", title: "q" },
  ]);
  await client.sql.batch(
    ["INSERT INTO \"User\" (email, name) VALUES ('c@x', 'Cid')", "UPDATE \"Post\" SET title = 'P' WHERE id = 1"],
    { branch: main },
  );
  expect(await client.branches.merge(dev, { targetBranch: main })).toMatchObject({ completed: true });
  expect(await rows(main, ALL)).toEqual([
    { email: "a@x", name: "Ann", title: "P" },
    { email: "b@x", name: "Bob", title: "q" },
    { email: "c@x", name: "Cid", title: null },
  ]);
  expect(await rows(main, 'SELECT count(*) AS n, sum(views) AS views FROM "Post"')).toEqual([{ n: 2, views: 0 }]);
  const past = await client.sql.query(ALL, { branch: main, asOf: `scn:${scn}` });
  expect(past.rows).toEqual([
    { email: "a@x", name: "Ann", title: "p" },
    { email: "b@x", name: null, title: "q" },
  ]);
  await client.sql.execute('DELETE FROM "User" WHERE id = 1', { branch: main });
  expect(await rows(main, 'SELECT id FROM "Post"')).toEqual([{ id: 2 }]);
}

it("a script of prisma migrate diff changes a branch, which merges into a main that moved", async () => {
  const run = async (branch: string, from: string | null, to: string) => {
    const direct = createClient(on(branch));
    await direct.executeMultiple(await prisma.diff(on(branch), from, to));
    direct.close();
  };
  await migrate(
    (branch) => run(branch, null, BEFORE),
    (branch) => run(branch, BEFORE, AFTER),
    "by_script",
  );
  // Nothing is left to do.
  expect(await prisma.push(on("by_script"), AFTER)).toBe(0);
});

it("prisma migrate deploy does so by files, and knows on main what was applied on the branch", async () => {
  const first = { name: "1_first", sql: await prisma.diff(on("main"), null, BEFORE) };
  const second = { name: "2_second", sql: await prisma.diff(on("main"), BEFORE, AFTER) };
  expect(second.sql).toContain("RedefineTables");
  await migrate(
    async (branch) => expect(await prisma.deploy(on(branch), BEFORE, [first])).toEqual(["1_first"]),
    async (branch) => expect(await prisma.deploy(on(branch), AFTER, [first, second])).toEqual(["2_second"]),
    "deployed",
  );
  expect(await prisma.deploy(on("deployed"), AFTER, [first, second])).toEqual([]);
  expect(await prisma.push(on("deployed"), AFTER)).toBe(0);
});
