import { describe, expect, it } from "vitest";
import { parameterValue } from "../src/sqltext/parameter-value.js";
import { statementAt, statementsOf } from "../src/sqltext/statements.js";

const texts = (sql: string) => statementsOf(sql).map((statement) => statement.sql);
const reads = (sql: string) => statementsOf(sql).map((statement) => statement.reads);

describe("the statements of a text", () => {
  it("end with semicolons, but not within texts, names and comments", () => {
    expect(texts("SELECT ';' ; SELECT \"a;b\", [c;d], `e;f` -- ;\n; /* ; */ SELECT 'it''s;'")).toEqual([
      "SELECT ';'",
      'SELECT "a;b", [c;d], `e;f` -- ;',
      "/* ; */ SELECT 'it''s;'",
    ]);
    expect(texts(" ;; -- nothing\n ; ")).toEqual([]);
    expect(texts("SELECT 'no end; ")).toEqual(["SELECT 'no end; "]);
  });

  it("have a trigger whole, with a CASE in it", () => {
    const trigger =
      "CREATE TRIGGER t AFTER UPDATE ON a BEGIN UPDATE a SET b = CASE WHEN 1 THEN 2 END; DELETE FROM c; END";
    expect(texts(`${trigger}; SELECT 1`)).toEqual([trigger, "SELECT 1"]);
    expect(texts(`CREATE TEMP ${trigger.slice(7)};SELECT 2`)).toHaveLength(2);
  });

  it("know which only read, also behind WITH and comments", () => {
    expect(reads("select 1; VALUES (1); EXPLAIN DELETE FROM a; PRAGMA table_info(a)")).toEqual([
      true,
      true,
      true,
      true,
    ]);
    expect(reads("INSERT INTO a SELECT 1; UPDATE a SET b = 1; CREATE TABLE t (x); REPLACE INTO a VALUES (1)")).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(reads("WITH x AS (SELECT 1) SELECT * FROM x; WITH x AS (SELECT 1) DELETE FROM a; -- a\nSELECT 1")).toEqual([
      true,
      false,
      true,
    ]);
  });

  it("count their parameters", () => {
    const count = (sql: string) => statementsOf(sql)[0]!.parameters;
    expect(count("SELECT ?, ?")).toBe(2);
    expect(count("SELECT $2, $1, $2")).toBe(2);
    expect(count("SELECT '?', \"$9\" -- ?\n")).toBe(0);
  });

  it("are found by where the cursor is", () => {
    const text = "SELECT 1; SELECT 2";
    expect(statementAt(statementsOf(text), 3)?.sql).toBe("SELECT 1");
    expect(statementAt(statementsOf(text), 9)?.sql).toBe("SELECT 1");
    expect(statementAt(statementsOf(text), 12)?.sql).toBe("SELECT 2");
    expect(statementAt([], 0)).toBeUndefined();
  });
});

describe("a typed parameter", () => {
  it("is a number, a truth or null where it looks like one, else a text", () => {
    expect(["42", "-1.5", "1e3", "true", "NULL", "9007199254740993"].map(parameterValue)).toEqual([
      42,
      -1.5,
      1000,
      true,
      null,
      9007199254740993n,
    ]);
    expect(["007", "abc", "", "'42'", "'it''s'", "99999999999999999999"].map(parameterValue)).toEqual([
      "007",
      "abc",
      "",
      "42",
      "it's",
      "99999999999999999999",
    ]);
  });
});
