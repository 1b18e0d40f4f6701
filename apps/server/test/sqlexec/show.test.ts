import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isLike } from "../../dist/surfaces/sqlexec/show/like.js";
import { parseShow } from "../../dist/surfaces/sqlexec/show/show-statement.js";
import { intentOf } from "../../dist/surfaces/sqlexec/statement/intent.js";
import { execute, must } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";
import { query } from "../support/signing.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
  await execute(
    server,
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT 'x', age INT, email TEXT UNIQUE, city TEXT)",
  );
  await execute(server, "CREATE INDEX by_age ON users (age, name)");
  await execute(server, "CREATE UNIQUE INDEX by_city ON users (city, age)");
  await execute(server, "CREATE TABLE pairs (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID");
  await execute(server, 'CREATE TABLE "odd "" name" (v BLOB)');
  await execute(server, "CREATE VIEW adults AS SELECT id, name FROM users WHERE age > 17");
  await must(server, "POST", "/v1/branches", { name: "dev" });
  await execute(server, "CREATE TABLE only_dev (a)", "dev");
});
afterAll(() => server?.remove());

const show = async (sql: string, more: object = {}) => {
  const { status, body } = await query(server, KEYS.read, sql, more);
  return status === 200 ? [body.columns, body.rows] : body.error;
};

describe("SHOW", () => {
  it.each(["SHOW TABLES", "show full tables ;", "/* all */ SHOW TABLES FROM main", "SHOW TABLES IN `main`"])(
    "lists tables: %s",
    async (sql) => {
      expect(await show(sql)).toEqual([["table_name"], [['odd " name'], ["pairs"], ["users"]]]);
    },
  );

  it("lists tables of other branches and earlier states", async () => {
    expect((await show("SHOW TABLES FROM dev LIKE 'only%'"))[1]).toEqual([["only_dev"]]);
    expect((await show("SHOW TABLES LIKE '%_DEV'", { database: "dev" }))[1]).toEqual([["only_dev"]]);
    expect((await show("SHOW TABLES FROM `main@scn:2`"))[1]).toEqual([["users"]]);
    expect((await show("SHOW TABLES", { database: "main@scn:2" }))[1]).toEqual([["users"]]);
    expect((await show("SHOW TABLES FROM main", { database: "dev" }))[1]).toHaveLength(3);
  });

  it("lists branches as databases", async () => {
    expect(await show("SHOW DATABASES")).toEqual([["schema_name"], [["main"], ["dev"]]]);
    expect((await show("SHOW SCHEMAS LIKE 'd_v'"))[1]).toEqual([["dev"]]);
  });

  const columns = ["Field", "Type", "Null", "Key", "Default", "Extra"];
  const ofUsers = [
    ["id", "INTEGER", "NO", "PRI", null, "auto_increment"],
    ["name", "TEXT", "NO", "", "'x'", ""],
    ["age", "INT", "YES", "MUL", null, ""],
    ["email", "TEXT", "YES", "UNI", null, ""],
    ["city", "TEXT", "YES", "MUL", null, ""],
  ];
  it.each([
    "SHOW COLUMNS FROM users",
    "SHOW FULL COLUMNS IN users",
    "SHOW FIELDS FROM `users` FROM `dev`",
    "SHOW COLUMNS FROM main.users",
    "DESCRIBE users",
    "DESC USERS;",
    "-- which\ndescribe `dev`.`users`",
    'DESC "main@scn:4"."users"',
  ])("tells of columns: %s", async (sql) => {
    expect(await show(sql)).toEqual([columns, ofUsers]);
  });

  it("tells of keys of several columns, of views, and of odd names", async () => {
    expect((await show("DESC pairs"))[1]).toEqual([
      ["b", "TEXT", "NO", "PRI", null, ""],
      ["a", "TEXT", "NO", "PRI", null, ""],
    ]);
    expect((await show("DESC adults"))[1].map(([name]: string[]) => name)).toEqual(["id", "name"]);
    expect((await show('DESC "odd "" name"'))[1]).toEqual([["v", "BLOB", "YES", "", null, ""]]);
    expect((await show("SHOW COLUMNS FROM users LIKE '%a%e'"))[1].map(([name]: string[]) => name)).toEqual([
      "name",
      "age",
    ]);
  });

  it("tells how a table was made", async () => {
    const [names, [row]] = await show("SHOW CREATE TABLE pairs");
    expect(names).toEqual(["Table", "Create Table"]);
    expect(row).toEqual(["pairs", "CREATE TABLE pairs (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID"]);
  });

  it.each(["INDEX", "INDEXES", "KEYS"])("tells of indexes: %s", async (word) => {
    const names = ["Table", "Non_unique", "Key_name", "Seq_in_index", "Column_name"];
    expect(await show(`SHOW ${word} FROM users`)).toEqual([
      names,
      [
        ["users", 0, "PRIMARY", 1, "id"],
        ["users", 1, "by_age", 1, "age"],
        ["users", 1, "by_age", 2, "name"],
        ["users", 0, "by_city", 1, "city"],
        ["users", 0, "by_city", 2, "age"],
        ["users", 0, "sqlite_autoindex_users_1", 1, "email"],
      ],
    ]);
    expect((await show(`SHOW ${word} FROM pairs`))[1]).toEqual([
      ["pairs", 0, "PRIMARY", 1, "a"],
      ["pairs", 0, "PRIMARY", 2, "b"],
    ]);
  });

  it.each([
    "SHOW",
    "SHOW VARIABLES",
    "SHOW TABLES WHERE 1",
    "SHOW TABLES; DROP TABLE users",
    "SHOW COLUMNS users",
    "SHOW CREATE VIEW adults",
    "DESCRIBE",
    "DESC users id",
    "DESC nothing",
    "DESC `users' --`",
    "DESC _helios_commits",
    "DESC `_helios_rows`",
    "SHOW INDEX FROM _helios_commits",
    "SHOW CREATE TABLE `users; DROP TABLE users`",
    "SHOW CREATE TABLE 'users'",
  ])("refuses %s", async (sql) => {
    expect(await show(sql)).toBe("query failed");
  });

  it("keeps the engine's own tables out of every list, on branches and in the past", async () => {
    for (const database of ["main", "dev", "main@scn:4"]) {
      for (const sql of ["SHOW TABLES", "SHOW INDEX FROM users", "DESC users", "SHOW CREATE TABLE users"]) {
        expect(JSON.stringify(await show(sql, { database }))).not.toContain("_helios_");
      }
    }
  });
});

describe("reading statements", () => {
  it("LIKE fits what SQLite's fits, with a backslash to escape", () => {
    const db = new Database(":memory:");
    const like = db.prepare("SELECT ? LIKE ? ESCAPE '\\'").pluck();
    const text = fc.string({ unit: fc.constantFrom("a", "b", "A", "%", "_", "\\", "1"), maxLength: 8 });
    fc.assert(
      fc.property(text, text, (name, pattern) => {
        // SQLite takes a backslash at the end for one that fits nothing.
        fc.pre(!/(^|[^\\])(\\\\)*\\$/.test(pattern));
        expect(isLike(name, pattern)).toBe(like.get(name, pattern) === 1);
      }),
      { numRuns: 2000 },
    );
    expect(isLike("a".repeat(5000), `${"%a".repeat(50)}b`)).toBe(false);
  });

  it("a name is itself, however it is quoted and whatever is in it", () => {
    const name = fc.string({ minLength: 1, maxLength: 20, unit: "binary" }).filter((text) => !text.includes("\0"));
    fc.assert(
      fc.property(name, fc.constantFrom('"', "`"), (table, quote) => {
        const quoted = quote + table.replaceAll(quote, quote + quote) + quote;
        expect(parseShow(`DESC/**/${quoted} -- end`)).toMatchObject({ about: "columns", table });
      }),
    );
  });

  it("finds the verb behind whatever has no meaning", () => {
    const noise = fc.array(fc.constantFrom(" ", "\n", "-- INSERT\n", "/* DELETE; ' */", "\ufeff", "\t"), {
      maxLength: 5,
    });
    const verbs = fc.constantFrom("SELECT", "INSERT", "UPDATE", "DELETE", "CREATE", "PRAGMA", "VALUES", "EXPLAIN");
    const rest = fc.string({ maxLength: 30 });
    fc.assert(
      fc.property(noise, verbs, rest, (before, verb, after) => {
        const { verb: found } = intentOf(`${before.join("")}${verb.toLowerCase()} ${after}`);
        expect(found).toBe(verb);
      }),
    );
  });

  it.each([
    ["WITH a AS (SELECT 1), b(x) AS MATERIALIZED (VALUES (')')) UPDATE t SET a = 1", "UPDATE"],
    ["WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r) SELECT * FROM r", "SELECT"],
    ['WITH "delete" AS (SELECT 1) SELECT * FROM "delete"', "SELECT"],
    ["WITH a AS (SELECT 1) REPLACE INTO t SELECT * FROM a", "REPLACE"],
    ["WITH a AS (SELECT 1)", null],
    ["DESC t", "DESCRIBE"],
    ["'SELECT'", null],
    ["", null],
  ])("%s: %s", (sql, verb) => {
    expect(intentOf(sql).verb).toBe(verb);
  });
});
