import { rmSync } from "node:fs";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
const files: string[] = [];
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, price TEXT)",
    "CREATE TABLE k (code TEXT PRIMARY KEY, n INT)",
    "CREATE TABLE loose (a, b)",
    "CREATE INDEX t_name ON t (name)",
    "CREATE VIEW v AS SELECT name FROM t",
    "INSERT INTO t VALUES (1, 'one', '10'), (2, 'two', '20'), (3, 'three', '30'), (4, 'four', '40')",
    "INSERT INTO k VALUES ('a', 1), ('gone', 0), ('b', 2), ('c', 3)",
    "INSERT INTO loose VALUES (1, 1), (1, 1), (2, 2)",
  );
  // So that VACUUM, which a download goes through, gives other rowids.
  db.execute("main", "DELETE FROM k WHERE code = 'gone'");
});
afterEach(() => {
  db.dispose();
  for (const file of files.splice(0)) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
});

const head = (branch = "main") => db.query(branch, "SELECT 1").scn;

/** Downloads a state and changes it with SQLite itself. */
function changed(sql: string, at = head()): string {
  const path = db.export("main", { kind: "scn", scn: at });
  files.push(path);
  const file = new Database(path);
  file.exec(sql);
  file.close();
  return path;
}

function load(sql: string, at = head()): void {
  db.import("edited", changed(sql, at), { branch: "main", at: { kind: "scn", scn: at } });
}

it("is a branch from there with what differs as one commit", () => {
  const from = head();
  load("UPDATE t SET price = '11' WHERE id = 1; DELETE FROM t WHERE id = 2; INSERT INTO t VALUES (9, 'nine', '90')");
  const { entries } = db.read({ op: "history", request: { branch: "edited", limit: 1 } });
  expect(entries[0]).toMatchObject({ kind: "import", tables: [{ table: "t", inserted: 1, updated: 1, deleted: 1 }] });
  expect(db.rows("edited", "SELECT id, price FROM t ORDER BY 1")).toEqual([
    [1, "11"],
    [3, "30"],
    [4, "40"],
    [9, "90"],
  ]);
  expect(db.at("edited", "SELECT id, price FROM t ORDER BY 1", from)).toEqual([
    [1, "10"],
    [2, "20"],
    [3, "30"],
    [4, "40"],
  ]);
  expect(db.info("edited")).toMatchObject({ parent: { name: "main" } });
});

it("merges as one: rows, rows without a key, and definitions", () => {
  const from = head();
  const sql = `
    UPDATE t SET price = '11' WHERE id = 1;
    DELETE FROM t WHERE id = 2;
    ALTER TABLE t RENAME COLUMN name TO title;
    ALTER TABLE t ADD COLUMN extra DEFAULT 'e';
    UPDATE t SET extra = 'x' WHERE id = 3;
    DELETE FROM loose WHERE rowid = 1;
    INSERT INTO loose VALUES (3, 3);
    UPDATE k SET n = 9 WHERE code = 'b';
    CREATE UNIQUE INDEX k_n ON k (n);
    DROP VIEW v;
    CREATE VIEW w AS SELECT title FROM t;
    CREATE TABLE added (id INTEGER PRIMARY KEY, a);
    INSERT INTO added VALUES (1, 'new');
  `;
  const path = changed(sql, from);
  db.execute(
    "main",
    "UPDATE t SET name = 'ONE' WHERE id = 1",
    "INSERT INTO t VALUES (7, 'seven', '70')",
    "UPDATE k SET n = 30 WHERE code = 'c'",
    "INSERT INTO loose VALUES (4, 4)",
  );
  db.import("edited", path, { branch: "main", at: { kind: "scn", scn: from } });
  db.merge("edited", "main", "manual");
  expect(db.rows("main", "SELECT id, title, price, extra FROM t ORDER BY 1")).toEqual([
    [1, "ONE", "11", "e"],
    [3, "three", "30", "x"],
    [4, "four", "40", "e"],
    [7, "seven", "70", "e"],
  ]);
  expect(db.rows("main", "SELECT * FROM k ORDER BY 1")).toEqual([
    ["a", 1],
    ["b", 9],
    ["c", 30],
  ]);
  expect(db.rows("main", "SELECT * FROM loose ORDER BY 1")).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(db.rows("main", "SELECT * FROM added")).toEqual([[1, "new"]]);
  expect(db.rows("main", "SELECT * FROM w WHERE title = 'seven'")).toEqual([["seven"]]);
  expect(codeOf(() => db.query("main", "SELECT * FROM v"))).toBe("SQL_NAME_NOT_FOUND");
  expect(codeOf(() => db.execute("main", "INSERT INTO k VALUES ('z', 9)"))).toBe("UNIQUE_VIOLATION");
  expect(db.merge("edited", "main", "manual")).toMatchObject({ merged: 0, changed: false });
  db.reopen();
  db.merge("main", "edited", "manual");
  expect(db.rows("edited", "SELECT id, title, price, extra FROM t ORDER BY 1")).toEqual(
    db.rows("main", "SELECT id, title, price, extra FROM t ORDER BY 1"),
  );
});

it.each(["auto", "source"] as const)("overwrites nothing that it did not change itself: strategy %s", (strategy) => {
  const from = head();
  const path = changed("UPDATE t SET price = '11' WHERE id = 1; DELETE FROM t WHERE id = 2", from);
  db.execute(
    "main",
    "UPDATE t SET name = 'newer' WHERE id <> 2",
    "UPDATE t SET price = '33' WHERE id = 3",
    "UPDATE k SET n = n + 10",
  );
  db.import("edited", path, { branch: "main", at: { kind: "scn", scn: from } });
  db.merge("edited", "main", strategy);
  expect(db.rows("main", "SELECT * FROM t ORDER BY 1")).toEqual([
    [1, "newer", "11"],
    [3, "newer", "33"],
    [4, "newer", "40"],
  ]);
  expect(db.rows("main", "SELECT n FROM k ORDER BY 1").flat()).toEqual([11, 12, 13]);
});

it("may give a table's name to one with another key", () => {
  db.execute("main", "CREATE TABLE pair (a TEXT, b TEXT, n, PRIMARY KEY (a, b)) WITHOUT ROWID");
  db.execute("main", "INSERT INTO pair VALUES ('x', 'y', 1)");
  const from = head();
  load(`
    DROP TABLE pair;
    CREATE TABLE pair (a TEXT PRIMARY KEY, m) WITHOUT ROWID;
    INSERT INTO pair VALUES ('x', 2)`);
  expect(db.rows("edited", "SELECT * FROM pair")).toEqual([["x", 2]]);
  expect(db.at("edited", "SELECT * FROM pair", from)).toEqual([["x", "y", 1]]);
});

it("conflicts where both changed one value, whoever was later", () => {
  const from = head();
  const path = changed("UPDATE t SET price = '11' WHERE id = 1", from);
  db.execute("main", "UPDATE t SET price = '12' WHERE id = 1");
  db.import("edited", path, { branch: "main", at: { kind: "scn", scn: from } });
  expect(db.merge("edited", "main", "manual", { dryRun: true }).conflicts).toMatchObject([
    { base: "10", source: "11", target: "12" },
  ]);
});

it("may come from an earlier state, and from another branch", () => {
  const from = head();
  db.execute("main", "UPDATE t SET price = '99'");
  load("DELETE FROM t WHERE id = 1", from);
  db.merge("edited", "main", "manual", { dryRun: true });
  db.branch("side");
  const path = db.export("edited");
  files.push(path);
  db.import("again", path, { branch: "edited" });
  expect(db.info("again")).toMatchObject({ parent: { name: "edited" } });
  expect(db.merge("again", "edited").merged).toBe(0);
});

it("is refused for the same reasons as any file, and leaves nothing", () => {
  const path = changed("CREATE VIRTUAL TABLE f USING fts5(a)");
  expect(codeOf(() => db.import("edited", path, { branch: "main" }))).toBe("INVALID_FILE");
  expect(codeOf(() => db.info("edited"))).toBe("BRANCH_NOT_FOUND");
  expect(codeOf(() => db.import("edited", path, { branch: "nobody" }))).toBe("BRANCH_NOT_FOUND");
  expect(codeOf(() => db.import("edited", path, { branch: "main", at: { kind: "scn", scn: 10_000 } }))).toBe(
    "POINT_IN_FUTURE",
  );
  db.execute("main", "DELETE FROM t WHERE id = 4");
  db.reopen();
  load("DELETE FROM t WHERE id = 3");
  expect(db.rows("edited", "SELECT id FROM t").flat()).toEqual([1, 2]);
});

it("may have views that name the file itself, which SQLite attaches nowhere", () => {
  db.execute(
    "main",
    "CREATE VIEW named AS SELECT id FROM main.t",
    "CREATE VIEW over AS SELECT rowid AS r FROM main.named",
  );
  load("UPDATE t SET price = '11' WHERE id = 1; CREATE VIEW more AS SELECT name FROM main.t");
  db.execute("main", "UPDATE t SET price = '44' WHERE id = 4");
  db.merge("edited", "main", "manual");
  expect(db.rows("main", "SELECT price FROM t ORDER BY id")).toEqual([["11"], ["20"], ["30"], ["44"]]);
  expect(db.rows("main", "SELECT count(*) FROM more")).toEqual([[4]]);
});
