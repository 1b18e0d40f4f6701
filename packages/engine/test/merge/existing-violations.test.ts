import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let file: string;
beforeEach(() => {
  db = new TestDatabase();
  file = join(db.directory, "uploaded.db");
  const made = new Database(file);
  made.pragma("foreign_keys = OFF");
  made.exec(`
    CREATE TABLE p (id INTEGER PRIMARY KEY, a);
    CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p, a);
    INSERT INTO p VALUES (1, 'x'), (2, 'y');
    INSERT INTO c VALUES (10, 1, 'a'), (11, 99, 'orphan'), (12, 2, 'b');
  `);
  made.close();
  db.import("main2", file);
  db.branch("f", "main2");
});
afterEach(() => db.dispose());

const orphans = () => db.rows("main2", "SELECT id FROM c WHERE p NOT IN (SELECT id FROM p) ORDER BY 1").flat();

it.each([
  ["a delete elsewhere", "DELETE FROM c WHERE id = 12"],
  ["a parent that goes with its child", "DELETE FROM c WHERE id = 12; DELETE FROM p WHERE id = 2"],
  ["another column of the orphan", "UPDATE c SET a = 'changed' WHERE id = 11"],
  [
    "a rebuild",
    "CREATE TABLE n (id INTEGER PRIMARY KEY, p REFERENCES p, a NOT NULL); INSERT INTO n SELECT * FROM c; DROP TABLE c; ALTER TABLE n RENAME TO c",
  ],
])("a reference that a loaded file brought along broken hinders no merge: %s", (_, sql) => {
  db.execute("f", "PRAGMA foreign_keys = OFF", ...sql.split("; "));
  db.execute("main2", "UPDATE p SET a = 'moved' WHERE id = 1");
  db.merge("f", "main2");
  expect(orphans()).toEqual([11]);
  db.merge("main2", "f");
});

it("a reference that the merge would break is refused all the same", () => {
  db.execute("f", "DELETE FROM c WHERE id = 12", "DELETE FROM p WHERE id = 2");
  db.execute("main2", "INSERT INTO c VALUES (13, 2, 'new')");
  for (const [from, to] of [
    ["f", "main2"],
    ["main2", "f"],
  ] as const) {
    expect(codeOf(() => db.merge(from, to))).toBe("MERGE_CONSTRAINT");
  }
});
