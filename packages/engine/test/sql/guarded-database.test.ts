import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openForReading } from "../../src/file/connection.js";
import { QueryRunner } from "../../src/query/query.js";
import { parseStatement } from "../../src/sql/statement.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)", "INSERT INTO t VALUES (1, 'A'), (2, 'b')");
});
afterEach(() => db.dispose());

describe("nothing of the engine's comes in or goes out", () => {
  it.each([
    "CREATE TABLE x (a, _helios_k)",
    'ALTER TABLE t ADD COLUMN "_helios_x"',
    "ALTER TABLE t RENAME b TO _helios_b",
  ])("by the name of a column: %s", (sql) => {
    expect(codeOf(() => db.execute("main", sql))).toBe("SQL_NOT_ALLOWED");
    expect(db.rows("main", "SELECT count(*) FROM t")).toEqual([[2]]);
  });

  it("by a column that an alias names", () => {
    expect(codeOf(() => db.execute("main", "CREATE TABLE x AS SELECT 1 AS _helios_k"))).toBe("SQL_NOT_ALLOWED");
    expect(db.rows("main", "SELECT 1 AS _helios_k")).toEqual([[1]]);
  });

  it("in a batch, of which nothing is kept", () => {
    const refused = "CREATE TRIGGER r AFTER INSERT ON t BEGIN DELETE FROM _helios_commits; END";
    expect(codeOf(() => db.execute("main", "INSERT INTO t VALUES (3, 'c')", refused))).toBe("SQL_NOT_ALLOWED");
    expect(db.rows("main", "SELECT count(*) FROM t")).toEqual([[2]]);
  });
});

it("takes triggers over columns called begin and end, and no second statement behind one", () => {
  const trigger = `CREATE TRIGGER r AFTER UPDATE OF begin, end ON spans WHEN new.begin > old.end BEGIN
    UPDATE spans SET begin = end, end = begin WHERE id = new.id; INSERT INTO t (b) VALUES (CASE WHEN 1 THEN ';' END); END`;
  db.execute("main", "CREATE TABLE spans (id INTEGER PRIMARY KEY, begin, end)", trigger);
  db.execute("main", "INSERT INTO spans VALUES (1, 1, 2)", "UPDATE spans SET begin = 9");
  expect(db.rows("main", "SELECT begin, end FROM spans")).toEqual([[2, 9]]);
  for (const second of ["; DROP TABLE t", "; END; DROP TABLE t", " DROP TABLE t"]) {
    const sql = trigger.replace("TRIGGER r", "TRIGGER q") + second;
    expect(codeOf(() => db.execute("main", sql))).toMatch(/MULTIPLE_STATEMENTS|INVALID_SQL/);
  }
  expect(db.rows("main", "SELECT count(*) FROM t")).toEqual([[3]]);
});

it("fills a new table from a query with parameters", () => {
  const params = [1n, "z"];
  db.execute("main", { sql: "CREATE TABLE c AS SELECT b, $2 AS z FROM t WHERE a > $1", params });
  db.execute("main", {
    sql: "CREATE TABLE IF NOT EXISTS d AS SELECT b FROM t WHERE b = ? OR a = ?",
    params: ["A", 2n],
  });
  expect([db.rows("main", "SELECT * FROM c"), db.rows("main", "SELECT * FROM d")]).toEqual([
    [["b", "z"]],
    [["A"], ["b"]],
  ]);
  expect(codeOf(() => db.execute("main", "CREATE TABLE e AS SELECT ?"))).toBe("PARAM_COUNT");
});

describe("a connection", () => {
  const SETTING = ["case_sensitive_like = ON", "full_column_names = ON", "foreign_keys = ON", "trusted_schema = ON"];

  it.each(SETTING)("is not set by PRAGMA %s, alone or behind EXPLAIN", (setting) => {
    for (const before of ["", "EXPLAIN ", "EXPLAIN QUERY PLAN "]) {
      const run = () => db.rows("main", `${before}PRAGMA ${setting}`);
      expect(codeOf(run)).toBe("SQL_NOT_ALLOWED");
    }
    expect(db.rows("main", "SELECT t.b FROM t WHERE b LIKE 'a'")).toEqual([["A"]]);
  });

  it.each(SETTING)("that a statement has set in spite of the guard (PRAGMA %s) is given up", (setting) => {
    const { file } = db.place("main", { kind: "now" });
    const connection = openForReading(`${db.directory}/branches/${file}.db`);
    try {
      const given: unknown[] = [];
      const queries = new QueryRunner((one) => given.push(one));
      const state = {
        ...{ db: connection, file, past: null, epoch: { scn: 1, tables: [], objects: [] } },
        commit: { scn: 1 } as never,
      };
      queries.run(state, { parsed: parseStatement("EXPLAIN SELECT 1") }, {});
      expect(given).toEqual([]);
      const let_through = { ...parseStatement("EXPLAIN SELECT 1"), sql: `EXPLAIN PRAGMA ${setting}` };
      expect(codeOf(() => queries.run(state, { parsed: let_through }, {}))).toBe("INTERNAL_ERROR");
      expect(given).toEqual([connection]);
    } finally {
      connection.close();
    }
  });
});
