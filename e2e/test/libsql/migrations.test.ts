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

  it("migrates by files", async () => {
    await client.branches.create({ name: "files" });
    await client.sql.batch(["DROP TABLE posts", "DROP TABLE users"], { branch: "files" });
    await kit("files", "generate");
    await kit("files", "migrate");
    await client.sql.execute("INSERT INTO users (name) VALUES ('Ann')", { branch: "files" });
    expect(await rows("files", "SELECT name, age FROM users")).toEqual([{ name: "Ann", age: 7 }]);
    expect(await rows("files", "SELECT count(*) AS n FROM __drizzle_migrations")).toEqual([{ n: 1 }]);
  });
});

describe("Kysely's migrator", () => {
  it("goes up and down on a branch", async () => {
    await client.branches.create({ name: "kysely" });
    const db = new Kysely<Record<string, unknown>>({
      dialect: new LibsqlDialect({ url: `${server.url}/hrana/kysely/`, authToken: API_KEY }),
    });
    const first: Migration = {
      up: (it) =>
        it.schema
          .createTable("things")
          .addColumn("id", "integer", (column) => column.primaryKey())
          .execute(),
      down: (it) => it.schema.dropTable("things").execute(),
    };
    const second: Migration = {
      up: (it) =>
        it.schema
          .alterTable("things")
          .addColumn("name", "text", (column) => column.defaultTo("none"))
          .execute(),
      down: (it) => it.schema.alterTable("things").dropColumn("name").execute(),
    };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ "1": first, "2": second }) } });
    expect((await migrator.migrateToLatest()).error).toBeUndefined();
    await client.sql.execute("INSERT INTO things (id) VALUES (1)", { branch: "kysely" });
    expect(await rows("kysely", "SELECT * FROM things")).toEqual([{ id: 1, name: "none" }]);
    expect((await migrator.migrateDown()).error).toBeUndefined();
    expect(await rows("kysely", "SELECT * FROM things")).toEqual([{ id: 1 }]);
    await db.destroy();
  });
});
