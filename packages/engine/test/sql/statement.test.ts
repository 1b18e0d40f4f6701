import { describe, expect, it } from "vitest";
import { parseStatement } from "../../src/sql/statement.js";
import { codeOf } from "../support/test-database.js";

const REFUSED: [string, string][] = [
  ["ATTACH '/etc/passwd' AS x", "SQL_NOT_ALLOWED"],
  ["/* hello */ aTTach 'x' AS y", "SQL_NOT_ALLOWED"],
  ["DETACH main", "SQL_NOT_ALLOWED"],
  ["VACUUM", "SQL_NOT_ALLOWED"],
  ["VACUUM INTO '/tmp/x'", "SQL_NOT_ALLOWED"],
  ["PRAGMA journal_mode = DELETE", "SQL_NOT_ALLOWED"],
  ["PRAGMA main.writable_schema(1)", "SQL_NOT_ALLOWED"],
  ["PRAGMA module_list", "SQL_NOT_ALLOWED"],
  ["PRAGMA database_list(main)", "SQL_NOT_ALLOWED"],
  ["SELECT * FROM pragma_database_list", "SQL_NOT_ALLOWED"],
  ['SELECT * FROM "pragma_database_list"', "SQL_NOT_ALLOWED"],
  ["SELECT load_extension('x')", "SQL_NOT_ALLOWED"],
  ['SELECT "load_extension"(1)', "SQL_NOT_ALLOWED"],
  ["CREATE TEMP TABLE t (a)", "SQL_NOT_ALLOWED"],
  ["CREATE TEMPORARY VIEW v AS SELECT 1", "SQL_NOT_ALLOWED"],
  ["CREATE TABLE temp.t (a)", "SQL_NOT_ALLOWED"],
  ["INSERT INTO [temp].t VALUES (1)", "SQL_NOT_ALLOWED"],
  ["SELECT * FROM _helios_commits", "SQL_NOT_ALLOWED"],
  ['SELECT * FROM "_HELIOS_commits"', "SQL_NOT_ALLOWED"],
  ["INSERT INTO '_helios_commits' VALUES (1)", "SQL_NOT_ALLOWED"],
  ["SELECT * FROM [_helios_marks]", "SQL_NOT_ALLOWED"],
  ["UPDATE sqlite_sequence SET seq = 0", "SQL_NOT_ALLOWED"],
  ["UPDATE OR REPLACE main.sqlite_sequence SET seq = 0", "SQL_NOT_ALLOWED"],
  ["DELETE FROM sqlite_sequence", "SQL_NOT_ALLOWED"],
  ["CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM sqlite_sequence; END", "SQL_NOT_ALLOWED"],
  ["CREATE VIRTUAL TABLE t USING fts5(a)", "TABLE_NOT_VERSIONED"],
  ["BEGIN", "TRANSACTION_CONTROL"],
  ["commit", "TRANSACTION_CONTROL"],
  ["SAVEPOINT a", "TRANSACTION_CONTROL"],
  ["SELECT 1; SELECT 2", "MULTIPLE_STATEMENTS"],
  ["SELECT 1; -- two\nDROP TABLE t", "MULTIPLE_STATEMENTS"],
  ["CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT 1; END; DROP TABLE a", "MULTIPLE_STATEMENTS"],
  ["CREATE VIEW trigger AS SELECT 1; DROP TABLE a", "MULTIPLE_STATEMENTS"],
  ["CREATE TABLE trigger (a); DROP TABLE a", "MULTIPLE_STATEMENTS"],
  ["", "MULTIPLE_STATEMENTS"],
  [" -- nothing\n ; ", "MULTIPLE_STATEMENTS"],
  ["SELEC 1", "INVALID_SQL"],
  ["SELECT 'open", "INVALID_SQL"],
  ["SELECT \0", "INVALID_SQL"],
];

const ALLOWED: [string, string, string][] = [
  ["SELECT 1", "query", "SELECT"],
  ["select ';' -- ; DROP\n;", "query", "SELECT"],
  ["VALUES (1)", "query", "VALUES"],
  ["WITH a AS (SELECT 1) SELECT * FROM a", "query", "SELECT"],
  ["WITH a(x) AS (VALUES (1)) INSERT INTO t SELECT x FROM a", "dml", "INSERT"],
  ["WITH replace AS (SELECT 1) SELECT * FROM replace", "query", "SELECT"],
  ["EXPLAIN QUERY PLAN SELECT 1", "query", "EXPLAIN"],
  ["PRAGMA table_info(users)", "query", "PRAGMA"],
  ["REPLACE INTO t VALUES (1)", "dml", "INSERT"],
  ["UPDATE t SET a = replace(a, 'x', 'y')", "dml", "UPDATE"],
  ["CREATE TABLE IF NOT EXISTS t (a)", "ddl", "CREATE_TABLE"],
  ["CREATE UNIQUE INDEX i ON t (a)", "ddl", "CREATE_INDEX"],
  [
    "CREATE TRIGGER t AFTER INSERT ON a BEGIN SELECT CASE WHEN 1 THEN 2 END; DELETE FROM b; END;",
    "ddl",
    "CREATE_TRIGGER",
  ],
  ["ALTER TABLE t ADD COLUMN b", "ddl", "ALTER_TABLE"],
  ["DROP VIEW v", "ddl", "DROP_VIEW"],
  ["ANALYZE", "maintenance", "ANALYZE"],
];

describe("the guard on SQL", () => {
  it.each(REFUSED)("refuses %j with %s", (sql, code) => {
    expect(codeOf(() => parseStatement(sql))).toBe(code);
  });

  it.each(ALLOWED)("takes %j as %s, %s", (sql, kind, type) => {
    const parsed = parseStatement(sql);
    expect([parsed.kind, parsed.type]).toEqual([kind, type]);
  });

  it("knows the conflict clause REPLACE from the function", () => {
    expect(parseStatement("INSERT OR REPLACE INTO t VALUES (1)").replaces).toBe(true);
    expect(parseStatement("SELECT replace('a', 'b', 'c')").replaces).toBe(false);
  });
});
