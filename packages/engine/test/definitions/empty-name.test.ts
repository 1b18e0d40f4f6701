import { join } from "node:path";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { memoryFolder } from "../support/memory-folder.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

it("refuses a table without a name, which the record could not tell from one that is gone", () => {
  const db = new TestDatabase(memoryFolder("helios-nameless-"));
  try {
    const { scn } = db.execute("main", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
    for (const sql of ['CREATE TABLE "" (a)', 'CREATE TABLE "" AS SELECT 1 AS a', 'ALTER TABLE t RENAME TO ""']) {
      expect([sql, codeOf(() => db.execute("main", sql))]).toEqual([sql, "SQL_NOT_ALLOWED"]);
    }
    expect(db.rows("main", "SELECT name FROM sqlite_schema")).toEqual([["t"]]);
    db.branch("past", "main", { kind: "scn", scn });
    db.execute("past", "INSERT INTO t VALUES (2)");
    const path = join(db.directory, "theirs.db");
    const theirs = new Database(path);
    theirs.exec('CREATE TABLE "" (a)');
    theirs.close();
    expect(codeOf(() => db.import("loaded", path))).toBe("INVALID_FILE");
    expect(db.rows("main", "SELECT a FROM t")).toEqual([[1]]);
  } finally {
    db.dispose();
  }
});
