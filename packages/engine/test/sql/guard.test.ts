import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { parseStatement } from "../../src/sql/statement.js";
import { codeOf } from "../support/test-database.js";
import {
  FORBIDDEN_FUNCTIONS,
  FORBIDDEN_TABLES,
  FORBIDDEN_TARGETS,
  FORBIDDEN_VERBS,
  fill,
  HARMLESS,
  reads,
  writes,
} from "./guarded-statements.js";

const RUNS = { numRuns: 400 };
const REFUSED = /^(SQL_NOT_ALLOWED|TRANSACTION_CONTROL|TABLE_NOT_VERSIONED)$/;

/** What SQLite makes of a statement is held against what the guard makes of it. */
const plain = new Database(":memory:");
plain.exec("CREATE TABLE t (a, b UNIQUE); CREATE TABLE u (a, b); CREATE TABLE _helios_commits (a, b)");
afterAll(() => plain.close());

describe("what is refused alone is refused wherever it stands", () => {
  it("tables that are read", () => {
    fc.assert(
      fc.property(reads, fc.constantFrom(...FORBIDDEN_TABLES), (statement, table) => {
        expect(codeOf(() => parseStatement(fill(statement, table)))).toBe("SQL_NOT_ALLOWED");
      }),
      RUNS,
    );
  });

  it("tables that are written", () => {
    fc.assert(
      fc.property(writes, fc.constantFrom(...FORBIDDEN_TARGETS), (statement, table) => {
        expect(codeOf(() => parseStatement(fill(statement, table)))).toBe("SQL_NOT_ALLOWED");
      }),
      RUNS,
    );
  });

  it("functions", () => {
    fc.assert(
      fc.property(reads, fc.constantFrom(...FORBIDDEN_FUNCTIONS), (statement, call) => {
        const table = `(SELECT ${call} FROM t)`;
        expect(codeOf(() => parseStatement(fill(statement, table)))).toBe("SQL_NOT_ALLOWED");
      }),
      RUNS,
    );
  });

  it.each(FORBIDDEN_VERBS)("%s, behind EXPLAIN", (sql) => {
    for (const before of ["", "EXPLAIN ", "EXPLAIN QUERY PLAN ", "/**/ explain\tquery /* x */ plan\n"]) {
      expect(codeOf(() => parseStatement(before + sql))).toMatch(REFUSED);
    }
  });
});

describe("what is harmless is let through", () => {
  it("as it is by SQLite, whatever words its strings, aliases and columns are", () => {
    fc.assert(
      fc.property(reads, fc.constantFrom(...HARMLESS), (statement, expression) => {
        const sql = fill(statement, `(SELECT a FROM (SELECT ${expression}, a FROM u AS x))`);
        expect(() => plain.prepare(sql)).not.toThrow();
        expect(() => parseStatement(sql)).not.toThrow();
      }),
      RUNS,
    );
  });

  it("with tables of any name that is the user's own", () => {
    plain.exec(`CREATE TABLE "temp" (c); CREATE TABLE pragma_once (a, b); CREATE TABLE "_helio" (a, b)`);
    for (const sql of [
      "SELECT temp.c FROM temp",
      "SELECT x.c FROM main.temp AS x WHERE x.c = 'temp.c'",
      "SELECT pragma_once.a FROM pragma_once",
      "SELECT * FROM _helio",
      "SELECT a AS with, b AS recursive FROM u ORDER BY with",
      "INSERT INTO temp (c) VALUES ('_helios_commits')",
      "SELECT * FROM u AS temp, u AS _helios_x WHERE temp.a = _helios_x.b",
      "PRAGMA table_info('temp')",
      "SELECT name FROM pragma_table_info('u')",
      "SELECT key FROM json_each('[1]')",
    ]) {
      expect(() => plain.prepare(sql)).not.toThrow();
      expect(() => parseStatement(sql)).not.toThrow();
    }
  });
});

/** Words that SQLite takes for names in some places and for keywords in others. */
const WORDS = `ABORT AFTER ALWAYS ASC ATTACH BEGIN BY CAST COLUMN CURRENT DESC DO EACH END EXPLAIN FILTER FIRST FOR
  GENERATED GROUPS IF INITIALLY INSTEAD KEY LAST LEFT INNER MATERIALIZED NATURAL CROSS OF OFFSET OVER PARTITION PLAN
  PRAGMA QUERY RANGE RECURSIVE REINDEX REPLACE ROW ROWS TEMP TIES TRIGGER VIEW WINDOW WITH WITHIN WITHOUT INDEXED`;

it("lets nothing through for which SQLite opens a table of the engine's, wherever words are names", () => {
  const page = plain.prepare("SELECT rootpage FROM sqlite_schema WHERE name = '_helios_commits'").pluck().get();
  const opens = (sql: string) => {
    try {
      const steps = plain.prepare(`EXPLAIN ${sql}`).all() as { opcode: string; p2: number }[];
      return steps.some(({ opcode, p2 }) => /^(Open(Read|Write)|Clear)$/.test(opcode) && p2 === page);
    } catch {
      return false;
    }
  };
  const word = fc.constantFrom(...WORDS.split(/\s+/));
  const item = fc.oneof(
    ...["t #", "t AS #", "main.t #", "(t AS #)", "(SELECT 1 AS #) #", "(SELECT # FROM (SELECT 1 AS #)) AS #"].map(
      (form) => word.map((name) => form.replaceAll("#", name)),
    ),
    word.map((name) => `(WITH ${name} AS (SELECT 1) SELECT 1 FROM ${name}) AS ${name}`),
    fc.constantFrom("json_each('[1]')", "u NOT INDEXED", "(u JOIN t ON 1 IN (1, 2))", "u AS x JOIN t USING (a)"),
  );
  const join = fc.constantFrom(",", ",", "JOIN", "LEFT JOIN", "CROSS JOIN", "ON 1 = 1,");
  const tables = fc.array(fc.tuple(item, join), { minLength: 1, maxLength: 3 });
  let opened = 0;
  fc.assert(
    fc.property(tables, word, reads, (items, name, statement) => {
      const from = items.map((parts) => parts.join(" ")).join(" ");
      const sql = fill(statement, `(SELECT 1 AS ${name} FROM ${from} _helios_commits)`);
      if (!opens(sql)) return;
      opened++;
      expect(() => parseStatement(sql)).toThrow();
    }),
    { numRuns: 2_000 },
  );
  expect(opened).toBeGreaterThan(100);
});
