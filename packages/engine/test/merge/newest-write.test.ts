import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryFolder } from "../support/memory-folder.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase(memoryFolder("helios-newest-"));
});
afterEach(() => db.dispose());

/** Tables with a row (1, 'old', 10) and another (2, 'other', 20). */
const TABLES = [
  "(k INTEGER PRIMARY KEY, v, n)",
  "(k INT PRIMARY KEY, v, n)",
  "(k INT PRIMARY KEY, v, n) WITHOUT ROWID",
  "(k INT PRIMARY KEY, v, n, UNIQUE (n))",
  "(k INTEGER PRIMARY KEY, v, n, twice AS (n * 2), UNIQUE (twice))",
  "(k INT PRIMARY KEY, v, n, twice AS (n * 2), UNIQUE (twice)) WITHOUT ROWID",
  "(k INT PRIMARY KEY, v, n UNIQUE ON CONFLICT REPLACE)",
  "(k INTEGER PRIMARY KEY ON CONFLICT REPLACE, v, n)",
];

/** Commits that leave the values of the first row as they are. */
const WRITES = [
  ["UPDATE t SET v = 'mine' WHERE k = 1"],
  ["UPDATE t SET v = 'passing' WHERE k = 1", "UPDATE t SET v = 'mine' WHERE k = 1"],
  ["UPDATE t SET k = 9 WHERE k = 1", "UPDATE t SET k = 1 WHERE k = 9"],
  ["UPDATE OR REPLACE t SET v = 'mine' WHERE k = 1"],
  ["UPDATE OR IGNORE t SET n = 10 WHERE k = 1"],
  ["REPLACE INTO t (k, v, n) VALUES (1, 'mine', 10)"],
  ["INSERT INTO t (k, v, n) VALUES (1, 'theirs', 0) ON CONFLICT (k) DO UPDATE SET n = 10"],
  ["DELETE FROM t WHERE k = 1", "INSERT INTO t (k, v, n) VALUES (1, 'mine', 10)"],
  ["REPLACE INTO t (k, v, n) VALUES (3, 'new', 10)", "REPLACE INTO t (k, v, n) VALUES (1, 'mine', 10)"],
  ["DELETE FROM t WHERE k = 1", "REPLACE INTO t (k, v, n) VALUES (1, 'mine', 10)"],
];

/** Commits that look like writing the first row, or like displacing it, but don't. */
const OTHERS = [
  ["INSERT OR IGNORE INTO t (k, v, n) VALUES (1, 'theirs', 0)"],
  ["INSERT INTO t (k, v, n) VALUES (1, 'theirs', 0) ON CONFLICT (k) DO NOTHING"],
  ["REPLACE INTO t (k, v, n) VALUES (2, 'more', 30)"],
  ["UPDATE OR REPLACE t SET v = 'more' WHERE k = 2"],
  ["UPDATE t SET v = 'mine' WHERE k = 5", "UPDATE t SET v = 'more' WHERE k = 2"],
  ["UPDATE OR IGNORE t SET k = 1 WHERE k = 2"],
];

const name = (i: number) => `t${i}`;
const on = (i: number, statements: readonly string[]) => statements.map((sql) => sql.replace(/\bt\b/, name(i)));

/**
 * In a table for each of these commits: both sides change its first row, main later than dev; then dev makes the commit.
 * Gives the row's value after a merge, commit by commit.
 */
function merged(table: string, commits: readonly (readonly string[])[], source: string, target: string): unknown[] {
  const numbers = [...commits.keys()];
  const update = (value: string) => numbers.map((i) => `UPDATE ${name(i)} SET v = '${value}' WHERE k = 1`);
  const rows = "(k, v, n) VALUES (1, 'old', 10), (2, 'other', 20)";
  db.execute("main", ...numbers.flatMap((i) => [`CREATE TABLE ${name(i)} ${table}`, `INSERT INTO ${name(i)} ${rows}`]));
  db.branch("dev");
  db.execute("dev", ...update("mine"));
  db.execute("main", ...update("theirs"));
  for (const [i, statements] of commits.entries()) db.execute("dev", ...on(i, statements));
  db.merge(source, target, "auto");
  return numbers.map((i) => db.rows(target, `SELECT v FROM ${name(i)} WHERE k = 1`)[0]![0]);
}

describe.each([
  ["dev", "main"],
  ["main", "dev"],
])("auto, from %s into %s", (source, target) => {
  it.each(TABLES)("a row's newest write may leave its values as they were: %s", (table) => {
    expect(merged(table, WRITES, source, target)).toEqual(WRITES.map(() => "mine"));
  });

  it.each(TABLES)("what did not write a row is not its newest write: %s", (table) => {
    expect(merged(table, OTHERS, source, target)).toEqual(OTHERS.map(() => "theirs"));
  });
});

describe("a table that the other side dropped", () => {
  const drop = (statement: string) => {
    const table = "(k INTEGER PRIMARY KEY, v, n UNIQUE ON CONFLICT REPLACE)";
    db.execute("main", `CREATE TABLE t ${table}`, "INSERT INTO t VALUES (1, 'old', 10)");
    db.branch("dev");
    db.execute("main", "DROP TABLE t");
    db.execute("dev", statement);
  };

  it.each([
    ["dev", "main"],
    ["main", "dev"],
  ])("was not written to where a row was ignored, from %s into %s", (source, target) => {
    drop("INSERT OR IGNORE INTO t VALUES (1, 'new', 20)");
    db.merge(source, target, "manual");
    expect(db.rows(target, "SELECT name FROM sqlite_schema")).toEqual([]);
  });

  it.each([
    ["dev", "main"],
    ["main", "dev"],
  ])("was written to where a row was replaced by its like, from %s into %s", (source, target) => {
    drop("REPLACE INTO t VALUES (1, 'old', 10)");
    expect(codeOf(() => db.merge(source, target, "manual"))).toBe("MERGE_CONFLICT");
  });
});
