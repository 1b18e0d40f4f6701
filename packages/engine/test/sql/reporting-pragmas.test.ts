import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../support/plain.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "INSERT INTO t VALUES (1)");
  db.branch("dev");
});
afterEach(() => db.dispose());

const query = (sql: string, branch = "main") => plain(db.read({ op: "query", request: { branch, sql } }));

describe("a PRAGMA that tells of the database as a whole", () => {
  it.each([
    ["PRAGMA database_list", [[0, "main", ""]]],
    ['PRAGMA main . "DATABASE_LIST"', [[0, "main", ""]]],
    ["PRAGMA journal_mode", [["wal"]]],
    ["PRAGMA main.journal_mode", [["wal"]]],
    ["pragma /* x */ encoding", [["UTF-8"]]],
    ["PRAGMA user_version", [[0]]],
  ])("%s", (sql, rows) => {
    expect(query(sql).rows).toEqual(rows);
    expect(query(sql, "dev").rows).toEqual(rows);
    expect(db.at("main", sql, db.info("main").headScn - 1)).toEqual(rows);
  });

  it.each(["collation_list", "function_list", "compile_options"])("PRAGMA %s tells nothing of the engine", (name) => {
    const { rows } = query(`PRAGMA ${name}`);
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toMatch(/_helios|\//);
  });

  it("is the same within a transaction", () => {
    db.control({ op: "openTransaction", request: { branch: "main", id: "open" } });
    for (const [sql, rows] of [
      ["PRAGMA database_list", [[0, "main", ""]]],
      ["PRAGMA journal_mode", [["wal"]]],
      ["PRAGMA user_version", [[0]]],
    ] as const) {
      const request = { branch: "main", sql };
      expect(plain(db.writer.inTransaction("open", { op: "query", request })).rows).toEqual(rows);
    }
    db.writer.endTransaction("open", { end: "roll back" });
  });

  it.each(["database_list", "main.database_list", "journal_mode", "encoding", "user_version", "function_list"])(
    "is refused behind EXPLAIN, which would run it and show what it names: %s",
    (name) => {
      for (const explain of ["EXPLAIN", "EXPLAIN QUERY PLAN"]) {
        expect(codeOf(() => query(`${explain} PRAGMA ${name}`))).toBe("SQL_NOT_ALLOWED");
      }
    },
  );

  it("is not a write, and a table of the same name is not one of them", () => {
    expect(codeOf(() => db.execute("main", "PRAGMA user_version"))).toBe("NOT_A_STATEMENT");
    db.execute("main", "CREATE TABLE journal_mode (a, b)");
    expect(query("PRAGMA table_info(journal_mode)").rows.length).toBe(2);
    expect(query("PRAGMA main.table_info(journal_mode)").rows.length).toBe(2);
    expect(query("PRAGMA table_list(journal_mode)").rows.length).toBe(1);
  });
});
