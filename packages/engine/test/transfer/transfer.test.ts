import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
afterEach(() => db.dispose());

/** A file of a user's, made with plain SQLite. */
function file(sql: string, name = "theirs.db"): string {
  const path = join(db.directory, name);
  const plain = new Database(path);
  plain.exec(sql);
  plain.close();
  return path;
}

it("hands out a plain file of any state, with nothing of the engine's and nothing of what was deleted", () => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT)",
    "CREATE INDEX i ON t (v)",
    "CREATE VIEW w AS SELECT v FROM t",
  );
  const then = db.execute("main", "INSERT INTO t VALUES (1, 'a'), (2, 'a secret')").scn;
  db.execute("main", "DELETE FROM t WHERE id = 2", "INSERT INTO t VALUES (3, 'c')");
  for (const [at, rows] of [
    [undefined, ["a", "c"]],
    [then, ["a", "a secret"]],
  ] as const) {
    const path = db.export("main", at === undefined ? undefined : { kind: "scn", scn: at });
    const plain = new Database(path, { readonly: true });
    expect(plain.prepare("SELECT v FROM w ORDER BY 1").pluck().all()).toEqual(rows);
    expect(plain.prepare("SELECT name FROM sqlite_schema ORDER BY 1").pluck().all()).toEqual(["i", "t", "w"]);
    expect(plain.pragma("integrity_check", { simple: true })).toBe("ok");
    if (at === undefined) expect(plain.serialize().includes("a secret")).toBe(false);
    plain.close();
    rmSync(path);
  }
});

it("makes a branch of a file, which then is one like any other", () => {
  db = new TestDatabase();
  const path = file(`
    CREATE TABLE people (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT COLLATE NOCASE UNIQUE);
    CREATE TABLE tags (person REFERENCES people ON DELETE CASCADE, tag, PRIMARY KEY (person, tag)) WITHOUT ROWID;
    CREATE TABLE notes (text);
    INSERT INTO people (name) VALUES ('Ann'), ('Bob');
    INSERT INTO tags VALUES (1, 'x'), (2, 'y');
    INSERT INTO notes VALUES ('n1'), ('n1');
    CREATE TRIGGER t AFTER DELETE ON people BEGIN INSERT INTO notes VALUES (old.name); END;
    CREATE VIEW v AS SELECT name, tag FROM people JOIN tags ON person = id;
  `);
  const info = db.import("theirs", path);
  expect(info).toMatchObject({ name: "theirs", parent: { name: "main" }, stats: { tables: 3, rows: 6 } });
  const loaded = info.headScn;
  db.execute("theirs", "DELETE FROM people WHERE id = 2", "INSERT INTO people (name) VALUES ('Cy')");
  expect(db.rows("theirs", "SELECT id, name FROM people")).toEqual([
    [1, "Ann"],
    [3, "Cy"],
  ]);
  expect(db.at("theirs", "SELECT id, name FROM people", loaded)).toEqual([
    [1, "Ann"],
    [2, "Bob"],
  ]);
  expect(db.at("theirs", "SELECT * FROM v ORDER BY 1", loaded)).toEqual([
    ["Ann", "x"],
    ["Bob", "y"],
  ]);
  expect(db.rows("theirs", "SELECT text FROM notes ORDER BY 1")).toEqual([["Bob"], ["n1"], ["n1"]]);
  db.branch("child", "theirs");
  db.execute("child", "INSERT INTO tags VALUES (1, 'z')");
  expect(db.merge("child", "theirs")).toMatchObject({ merged: 1, conflictCount: 0 });
  db.reopen();
  expect(db.rows("theirs", "SELECT count(*) FROM tags")).toEqual([[2]]);
});

it("merges a loaded branch into an empty main, and into one that has the same table", () => {
  db = new TestDatabase();
  db.import("theirs", file("CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (1, 'a'), (2, 'b')"));
  db.merge("theirs", "main");
  expect(db.rows("main", "SELECT * FROM t")).toEqual([
    [1, "a"],
    [2, "b"],
  ]);
  db.import(
    "more",
    file("CREATE TABLE t (id INTEGER PRIMARY KEY, v); INSERT INTO t VALUES (2, 'b'), (3, 'c')", "more.db"),
  );
  expect(db.merge("more", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
  expect(db.rows("main", "SELECT * FROM t ORDER BY id")).toEqual([
    [1, "a"],
    [2, "b"],
    [3, "c"],
  ]);
});

it("takes a file with auto-vacuum, and one of another page size", () => {
  db = new TestDatabase();
  db.import(
    "vacuumed",
    file(
      "PRAGMA page_size = 8192; PRAGMA auto_vacuum = FULL; CREATE TABLE a (x); CREATE TABLE b (x); INSERT INTO b VALUES (1)",
    ),
  );
  db.execute("vacuumed", "DROP TABLE a", "INSERT INTO b VALUES (2)");
  expect(db.rows("vacuumed", "SELECT x FROM b")).toEqual([[1], [2]]);
});

it("refuses what is no database, is damaged, or can't be versioned, and records nothing", () => {
  db = new TestDatabase();
  const at = (name: string) => join(db.directory, name);
  writeFileSync(at("empty.db"), "");
  writeFileSync(at("text.db"), "hello, I am a text\n".repeat(100));
  expect(codeOf(() => db.import("x", at("empty.db")))).toBe("INVALID_FILE");
  expect(codeOf(() => db.import("x", at("text.db")))).toBe("INVALID_FILE");
  const good = new Database(
    file(
      "CREATE TABLE t (v); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50) INSERT INTO t SELECT randomblob(2000) FROM n",
    ),
  );
  const bytes = good.serialize();
  good.close();
  writeFileSync(at("cut.db"), bytes.subarray(0, bytes.length / 2));
  expect(codeOf(() => db.import("x", at("cut.db")))).toBe("INVALID_FILE");
  bytes.fill(255, 4096, 4300);
  writeFileSync(at("damaged.db"), bytes);
  expect(codeOf(() => db.import("x", at("damaged.db")))).toBe("INVALID_FILE");
  expect(codeOf(() => db.import("x", file("CREATE TABLE _helios_log_1 (v)", "ours.db")))).toBe("INVALID_FILE");
  expect(codeOf(() => db.import("x", file("CREATE VIRTUAL TABLE f USING fts5(v)", "fts.db")))).toBe("INVALID_FILE");
  expect(codeOf(() => db.import("main", file("CREATE TABLE t (v)", "named.db")))).toBe("BRANCH_EXISTS");
  expect(db.read({ op: "listBranches", request: {} })).toHaveLength(1);
});
