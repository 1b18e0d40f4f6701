import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeAll(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT UNIQUE, org INT)",
    "CREATE INDEX by_org ON users (org)",
    "CREATE TABLE pairs (a, b, v, PRIMARY KEY (a, b)) WITHOUT ROWID",
    "CREATE TABLE made (id INTEGER PRIMARY KEY, a, long AS (replace(a, 'x', 'xxxxxxxxxx')))",
    "CREATE TABLE loose (v)",
    "CREATE VIEW named AS SELECT id, name FROM users",
    "CREATE VIEW counted AS SELECT org, count(*) AS n FROM users GROUP BY org",
    "INSERT INTO users VALUES (1, 'a', 'a@x', 1)",
  );
});
afterAll(() => db.dispose());

const isShort = (sql: string) => db.read({ op: "weigh", request: { branch: "main", sql, known: null } }).isShort;

describe("a query is short", () => {
  it.each([
    "SELECT 1",
    "SELECT ?, ?",
    "SELECT id, name, email FROM users WHERE id = ?",
    "SELECT * FROM users WHERE id = ?1",
    "SELECT * FROM users WHERE email = :email",
    "SELECT name FROM users WHERE id IN (1, 2, ?, ?)",
    "SELECT name FROM users WHERE id = ? AND org = ?",
    "SELECT upper(name), length(email), coalesce(org, 0) FROM users WHERE id = ?",
    "SELECT id FROM users ORDER BY id LIMIT 100",
    "SELECT id FROM users ORDER BY id DESC LIMIT 10",
    "SELECT * FROM users WHERE org = ? LIMIT 20",
    "SELECT * FROM users WHERE org = ? ORDER BY id LIMIT 20",
    "SELECT * FROM pairs WHERE a = ? AND b = ?",
    "SELECT * FROM pairs WHERE a = ? LIMIT 5",
    "SELECT name FROM named WHERE id = ?",
    "SELECT u.name, o.name FROM users AS u JOIN users AS o ON o.id = u.org WHERE u.id = ?",
    "SELECT v FROM loose LIMIT 3",
    "SELECT CASE WHEN org > 3 THEN 'many' ELSE 'few' END FROM users WHERE id = ?",
  ])("%s", (sql) => {
    expect(isShort(sql)).toBe(true);
  });
});

describe("a query is not short", () => {
  it.each([
    "SELECT * FROM users",
    "SELECT count(*) FROM users",
    "SELECT max(name) FROM users",
    "SELECT max(id) FROM users WHERE org = ?",
    "SELECT * FROM users WHERE org = ?",
    "SELECT * FROM users WHERE name = ? LIMIT 1",
    "SELECT * FROM users WHERE org = ? AND name = ? LIMIT 1",
    "SELECT * FROM users LIMIT 101",
    "SELECT * FROM users LIMIT -1",
    "SELECT * FROM users LIMIT ?",
    "SELECT * FROM users ORDER BY id LIMIT 10 OFFSET 100000",
    "SELECT * FROM users ORDER BY id LIMIT 10 OFFSET ?",
    "SELECT * FROM users ORDER BY name LIMIT 10",
    "SELECT DISTINCT org FROM users LIMIT 10",
    "SELECT org FROM users GROUP BY org LIMIT 10",
    "SELECT n FROM counted WHERE org = ?",
    "SELECT * FROM users WHERE id > ?",
    "SELECT * FROM users WHERE id BETWEEN ? AND ?",
    "SELECT * FROM users WHERE email LIKE ?",
    "SELECT * FROM users WHERE id IN (SELECT v FROM loose)",
    "SELECT * FROM users WHERE EXISTS (SELECT 1 FROM loose WHERE v = users.id) LIMIT 1",
    "SELECT * FROM users, pairs WHERE users.id = 1 AND pairs.a = users.org LIMIT 5",
    "SELECT u.id FROM users AS u JOIN pairs AS p ON p.a = u.id AND p.b = 1 LIMIT 5",
    "SELECT a.id FROM users AS a, users AS b LIMIT 100",
    "SELECT (SELECT count(*) FROM users) FROM users WHERE id = 1",
    "SELECT (SELECT v FROM loose LIMIT 100), name FROM users LIMIT 100",
    "SELECT replace(name, 'a', ?) FROM users WHERE id = ?",
    "SELECT printf('%*d', 1000000, 1)",
    "SELECT hex(zeroblob(100000000))",
    "SELECT randomblob(100000000)",
    "SELECT instr(name, ?) FROM users WHERE id = ?",
    "SELECT name || name FROM users WHERE id = ?",
    "SELECT group_concat(name) FROM users WHERE id = ?",
    "SELECT json_extract(name, '$.a') FROM users WHERE id = ?",
    "SELECT name LIKE ? FROM users WHERE id = ?",
    "SELECT name GLOB ? FROM users WHERE id = ?",
    "SELECT value FROM json_each(?)",
    "SELECT * FROM pragma_table_info('users')",
    "WITH RECURSIVE c (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) SELECT n FROM c LIMIT 5",
    "WITH u AS (SELECT * FROM users) SELECT count(*) FROM u",
    "VALUES (1), (2)",
    "SELECT id FROM users UNION ALL SELECT id FROM users LIMIT 5",
    "SELECT id FROM users WHERE id = 1 UNION SELECT 2",
    "SELECT * FROM made WHERE id = ?",
    "SELECT a FROM made WHERE id = ?",
    "SELECT row_number() OVER () FROM users LIMIT 5",
    "EXPLAIN SELECT 1",
    "PRAGMA table_info(users)",
    "SELECT id FROM users AS OF SCN 2 WHERE id = 1",
    `SELECT ${Array.from({ length: 400 }, (_, i) => `id + ${i}`).join(", ")} FROM users WHERE id = ?`,
  ])("%s", (sql) => {
    expect(isShort(sql)).toBe(false);
  });
});

describe("the rows of its tables", () => {
  const LONG = "hex(zeroblob(200000))";
  it.each([
    ["INSERT INTO users VALUES (7, NULL, hex(zeroblob(200000)), 1)", "DELETE FROM users WHERE id = 7"],
    ["UPDATE users SET name = hex(zeroblob(200000))", "UPDATE users SET name = 'a'"],
  ])("are short: %s", (make, unmake) => {
    const sql = "SELECT org FROM users WHERE id = ?";
    expect(isShort(sql)).toBe(true);
    db.execute("main", make);
    expect(isShort(sql)).toBe(false);
    expect(isShort("SELECT v FROM loose LIMIT 3")).toBe(true);
    db.execute("main", unmake);
    expect(isShort(sql)).toBe(true);
  });

  it("are looked at unless they are known to be short, in that file and with that schema", () => {
    const sql = "SELECT v FROM loose LIMIT 3";
    const known = db.read({ op: "weigh", request: { branch: "main", sql, known: null } });
    db.execute("main", `INSERT INTO loose VALUES (${LONG})`);
    const weigh = (of: typeof known) => db.read({ op: "weigh", request: { branch: "main", sql, known: of } }).isShort;
    expect(weigh(known)).toBe(true);
    expect(weigh({ ...known, tables: ["users"] })).toBe(false);
    expect(weigh({ ...known, schema: known.schema - 1 })).toBe(false);
    expect(weigh({ ...known, file: "another" })).toBe(false);
  });
});

describe("a writer tells of files", () => {
  it("with a commit that a long row may be in, once, and of no others", () => {
    db.writer.takeGrown();
    db.execute("main", "INSERT INTO loose VALUES (1)");
    expect(db.writer.takeGrown()).toEqual([]);
    db.branch("grown", "main");
    db.execute("grown", "INSERT INTO loose VALUES (hex(zeroblob(150000)))");
    const { file } = db.place("grown", { kind: "now" });
    expect(db.writer.takeGrown()).toEqual([file]);
    expect(db.writer.takeGrown()).toEqual([]);
  });

  it("by the bytes of a commit, whatever the size of the file's pages", () => {
    const path = db.export("main");
    const file = new Database(path);
    file.exec("PRAGMA journal_mode = DELETE; PRAGMA page_size = 65536; VACUUM");
    file.close();
    db.import("wide", path);
    db.writer.takeGrown();
    db.execute("wide", "INSERT INTO loose VALUES (hex(zeroblob(150000)))");
    expect(db.writer.takeGrown()).toEqual([db.place("wide", { kind: "now" }).file]);
  });

  it.each(["merge", "restore"])("that a %s wrote to", (how) => {
    db.branch(`into-${how}`, "main");
    const { scn } = db.execute(`into-${how}`, "INSERT INTO loose VALUES (2)");
    db.branch(`from-${how}`, `into-${how}`);
    db.execute(how === "merge" ? "from-merge" : "into-restore", "UPDATE users SET name = hex(zeroblob(200000))");
    const { file } = db.place(`into-${how}`, { kind: "now" });
    if (how === "restore") db.execute("into-restore", "UPDATE users SET name = NULL");
    db.writer.takeGrown();
    if (how === "merge") db.merge("from-merge", "into-merge", "manual");
    else db.restore("into-restore", { kind: "scn", scn: scn + 1 });
    expect(db.writer.takeGrown()).toContain(file);
  });
});
