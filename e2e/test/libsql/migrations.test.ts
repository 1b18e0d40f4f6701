import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { HeliosDBClient } from "@heliosdb/client";
import { LibsqlDialect } from "@libsql/kysely-libsql";
import { Kysely, type Migration, Migrator } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runProgram } from "../../support/program.js";
import { API_KEY, ServerProcess } from "../../support/server.js";

let server: ServerProcess;
let client: HeliosDBClient;
let folder: string;
beforeAll(async () => {
  server = await ServerProcess.start();
  client = new HeliosDBClient({ baseUrl: server.url, apiKey: API_KEY });
  folder = mkdtempSync(join(tmpdir(), "helios-migrations-"));
  symlinkSync(resolve(import.meta.dirname, "../../node_modules"), join(folder, "node_modules"));
});
afterAll(async () => {
  await client?.close();
  rmSync(folder, { recursive: true, force: true });
  await server?.remove();
});

const rows = async (branch: string, sql: string) => (await client.sql.query(sql, { branch })).rows;

describe("drizzle-kit", () => {
  const KIT = join(dirname(createRequire(import.meta.url).resolve("drizzle-kit")), "bin.cjs");

  function write(users: string, posts: string): void {
    writeFileSync(
      join(folder, "schema.ts"),
      `import { integer, sqliteTable, text } from "drizzle-orm/sqlite-core";
export const users = sqliteTable("users", { id: integer("id").primaryKey({ autoIncrement: true }), ${users} });
export const posts = sqliteTable("posts", {
  id: integer("id").primaryKey(),
  user: integer("user_id").notNull().references(() => users.id, { onDelete: "cascade" }),
  ${posts}
});`,
    );
  }

  async function kit(branch: string, ...args: string[]): Promise<string> {
    const dbCredentials = { url: `${server.url}/hrana/${branch}/`, authToken: API_KEY };
    const config = { dialect: "turso", schema: "./schema.ts", out: "./out", dbCredentials };
    writeFileSync(join(folder, "drizzle.config.ts"), `export default ${JSON.stringify(config)};`);
    const { code, stdout, stderr } = await runProgram(process.execPath, [KIT, ...args], { cwd: folder });
    if (code !== 0) throw new Error(`drizzle-kit ${args.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    return stdout;
  }

  it("makes a schema, changes it on a branch, and the branch merges into a main that moved", async () => {
    write('name: text("name").notNull()', 'title: text("title")');
    expect(await kit("main", "push", "--force")).toContain("Changes applied");
    await client.sql.batch([
      "INSERT INTO users (name) VALUES ('Ann'), ('Bob')",
      "INSERT INTO posts VALUES (1, 1, 'p'), (2, 2, 'q')",
    ]);
    const { scn } = await client.branches.get("main");
    await client.branches.create({ name: "dev" });
    write(
      'name: text("name").notNull(), age: integer("age").notNull().default(7)',
      'title: text("title").notNull().default("none")',
    );
    expect(await kit("dev", "push", "--force")).toContain("Changes applied");
    expect(await rows("dev", "SELECT name, age, title FROM users JOIN posts ON user_id = users.id ORDER BY 1")).toEqual(
      [
        { name: "Ann", age: 7, title: "p" },
        { name: "Bob", age: 7, title: "q" },
      ],
    );
    await client.sql.batch(["INSERT INTO users (name) VALUES ('Cid')", "UPDATE posts SET title = 'P' WHERE id = 1"]);
    expect(await client.branches.merge("dev", { targetBranch: "main" })).toMatchObject({ completed: true });
    expect(
      await rows("main", "SELECT name, age, title FROM users LEFT JOIN posts ON user_id = users.id ORDER BY 1"),
    ).toEqual([
      { name: "Ann", age: 7, title: "P" },
      { name: "Bob", age: 7, title: "q" },
      { name: "Cid", age: 7, title: null },
    ]);
    expect(await kit("main", "push", "--force")).toContain("No changes detected");
    const before = await client.sql.query("SELECT * FROM users ORDER BY id", { asOf: `scn:${scn}` });
    expect(before.rows).toEqual([
      { id: 1, name: "Ann" },
      { id: 2, name: "Bob" },
    ]);
  });

  it("migrates by files, on a branch too, which merges into one that moved", async () => {
    await client.branches.create({ name: "files" });
    await client.sql.batch(["DROP TABLE IF EXISTS posts", "DROP TABLE IF EXISTS users"], { branch: "files" });
    write(
      'name: text("name").notNull(), age: integer("age").notNull().default(7)',
      'title: text("title").notNull().default("none")',
    );
    await kit("files", "generate");
    await kit("files", "migrate");
    await client.sql.execute("INSERT INTO users (id, name) VALUES (1, 'Ann')", { branch: "files" });
    expect(await rows("files", "SELECT name, age FROM users")).toEqual([{ name: "Ann", age: 7 }]);
    expect(await rows("files", "SELECT count(*) AS n FROM __drizzle_migrations")).toEqual([{ n: 1 }]);

    await client.sql.execute("INSERT INTO posts VALUES (1, 1, 'p')", { branch: "files" });
    await client.branches.create({ name: "files-dev", sourceBranch: "files" });
    // Both tables have to be rebuilt.
    write('name: text("name"), age: integer("age").notNull().default(8)', 'title: text("title")');
    await kit("files-dev", "generate");
    await kit("files-dev", "migrate");
    await client.sql.batch(
      [
        "INSERT INTO users (id, name) VALUES (2, 'Bob')",
        "INSERT INTO posts VALUES (2, 2, 'q')",
        "UPDATE users SET age = age + 1",
      ],
      { branch: "files" },
    );
    expect(await client.branches.merge("files-dev", { targetBranch: "files" })).toMatchObject({ completed: true });
    await client.sql.batch(["INSERT INTO users (id, name) VALUES (3, NULL)", "INSERT INTO posts VALUES (3, 3, NULL)"], {
      branch: "files",
    });
    const all = "SELECT name, age, title FROM users LEFT JOIN posts ON user_id = users.id ORDER BY users.id";
    const expected = [
      { name: "Ann", age: 8, title: "p" },
      { name: "Bob", age: 8, title: "q" },
      { name: null, age: 8, title: null },
    ];
    expect(await rows("files", all)).toEqual(expected);
    // The files that were applied on the branch are known where it was merged.
    await kit("files", "migrate");
    expect(await rows("files", all)).toEqual(expected);
    expect(await rows("files", "SELECT count(*) AS n FROM __drizzle_migrations")).toEqual([{ n: 2 }]);
  });
});

describe("Kysely's migrator", () => {
  const first: Migration = {
    up: (db) =>
      db.schema
        .createTable("things")
        .addColumn("id", "integer", (column) => column.primaryKey())
        .execute(),
    down: (db) => db.schema.dropTable("things").execute(),
  };
  const second: Migration = {
    up: (db) =>
      db.schema
        .alterTable("things")
        .addColumn("name", "text", (column) => column.defaultTo("none"))
        .execute(),
    down: (db) => db.schema.alterTable("things").dropColumn("name").execute(),
  };

  async function migrate(
    branch: string,
    migrations: Record<string, Migration>,
    step: "migrateToLatest" | "migrateDown",
  ) {
    const dialect = new LibsqlDialect({ url: `${server.url}/hrana/${branch}/`, authToken: API_KEY });
    const db = new Kysely<Record<string, unknown>>({ dialect });
    const { error, results } = await new Migrator({ db, provider: { getMigrations: async () => migrations } })[step]();
    await db.destroy();
    expect(error).toBeUndefined();
    return results?.map(({ migrationName }) => migrationName);
  }

  it("goes up and down on a branch, which merges into one that moved", async () => {
    await client.branches.create({ name: "kysely" });
    expect(await migrate("kysely", { first }, "migrateToLatest")).toEqual(["first"]);
    await client.sql.execute("INSERT INTO things VALUES (1)", { branch: "kysely" });
    await client.branches.create({ name: "kysely-dev", sourceBranch: "kysely" });
    const both = { first, second };
    expect(await migrate("kysely-dev", both, "migrateToLatest")).toEqual(["second"]);
    expect(await rows("kysely-dev", "SELECT * FROM things")).toEqual([{ id: 1, name: "none" }]);
    expect(await migrate("kysely-dev", both, "migrateDown")).toEqual(["second"]);
    expect(await rows("kysely-dev", "SELECT * FROM things")).toEqual([{ id: 1 }]);
    expect(await migrate("kysely-dev", both, "migrateToLatest")).toEqual(["second"]);
    await client.sql.execute("INSERT INTO things VALUES (2)", { branch: "kysely" });
    expect(await client.branches.merge("kysely-dev", { targetBranch: "kysely" })).toMatchObject({ completed: true });
    expect(await rows("kysely", "SELECT * FROM things")).toEqual([
      { id: 1, name: "none" },
      { id: 2, name: "none" },
    ]);
    expect(await migrate("kysely", both, "migrateToLatest")).toEqual([]);
  });
});
