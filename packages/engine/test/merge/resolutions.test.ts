import type { MergeRequest, MergeResolution } from "@heliosdb/port";
import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const merge = (resolutions: MergeResolution[], strategy: MergeRequest["strategy"] = "manual", extra = {}) =>
  db.merge("dev", "main", strategy, { resolutions, ...extra });
const people = () => db.rows("main", "SELECT * FROM people ORDER BY id");

/** Conflicts: name of 1 and age of 1; 2 deleted on dev and changed on main; 3 inserted on both. */
function disputed(): void {
  db.execute(
    "main",
    "CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)",
    "INSERT INTO people VALUES (1, 'a', 1), (2, 'b', 2)",
  );
  db.branch("dev");
  db.execute(
    "dev",
    "UPDATE people SET name = 'dev', age = 10 WHERE id = 1",
    "DELETE FROM people WHERE id = 2",
    "INSERT INTO people VALUES (3, 'dev3', 3)",
  );
  db.execute("main", "UPDATE people SET name = 'main', age = 20", "INSERT INTO people VALUES (3, 'main3', 33)");
}

it("settles each conflict as it is told: source, target, or a value", () => {
  disputed();
  const result = merge([
    { table: "people", key: 1n, column: "name", use: "source" },
    { table: "people", key: 1n, column: "age", use: "value", value: 15n },
    { table: "people", key: [2n], use: "source" },
    { table: "PEOPLE", key: "3", use: "value", value: { id: 3n, name: "both", age: null } },
  ]);
  expect(
    result.conflicts.map(({ rowId, column, resolution, resolved }) => [rowId, column, resolution, resolved]),
  ).toEqual([
    ["1", "name", "source", "dev"],
    ["1", "age", "value", 15],
    ["2", null, "source", null],
    ["3", null, "value", { id: 3, name: "both", age: null }],
  ]);
  expect(people()).toEqual([
    [1, "dev", 15],
    [3, "both", null],
  ]);
});

it("leaves to the strategy what is not resolved, and lists what stays open", () => {
  disputed();
  expect(() => merge([{ table: "people", key: 1n, use: "source" }])).toThrowError(/2 conflicts/);
  merge([{ table: "people", key: 1n, use: "source" }], "target");
  expect(people()).toEqual([
    [1, "dev", 10],
    [2, "main", 20],
    [3, "main3", 33],
  ]);
});

it("takes a row away where the value is null", () => {
  disputed();
  merge([{ table: "people", key: 3n, use: "value", value: null }], "source");
  expect(people()).toEqual([[1, "dev", 10]]);
});

it("refuses a resolution that names no conflict or makes no sense, and merges nothing", () => {
  disputed();
  const code = (resolution: MergeResolution) => codeOf(() => merge([resolution], "source"));
  expect(code({ table: "people", key: 9n, use: "source" })).toBe("INVALID_MERGE");
  expect(code({ table: "nobody", key: 1n, use: "source" })).toBe("INVALID_MERGE");
  expect(code({ table: "people", key: 1n, column: "age", use: "value" })).toBe("INVALID_FIELD");
  expect(code({ table: "people", key: 1n, use: "value", value: null })).toBe("INVALID_FIELD");
  expect(code({ table: "people", key: 3n, use: "value", value: { id: 3n } })).toBe("INVALID_FIELD");
  expect(code({ table: "people", key: 3n, use: "source", value: null })).toBe("INVALID_FIELD");
  expect(people()).toEqual([
    [1, "main", 20],
    [2, "main", 20],
    [3, "main3", 33],
  ]);
});

it("shows in a dry run what the resolutions would give", () => {
  disputed();
  const dry = merge([{ table: "people", key: 1n, use: "source" }], "manual", { dryRun: true });
  expect(dry.conflicts.map(({ resolution }) => resolution)).toEqual(["source", "source", null, null]);
});

it("finds composite keys by list and by text", () => {
  db.execute(
    "main",
    "CREATE TABLE c (x INTEGER, y TEXT, v, PRIMARY KEY (x, y)) WITHOUT ROWID",
    "INSERT INTO c VALUES (1, 'a', 0), (2, 'b', 0)",
  );
  db.branch("dev");
  db.execute("dev", "UPDATE c SET v = 'dev'");
  db.execute("main", "UPDATE c SET v = 'main'");
  merge([
    { table: "c", key: [1n, "a"], use: "source" },
    { table: "c", key: '[2,"b"]', column: "v", use: "value", value: "mine" },
  ]);
  expect(db.rows("main", "SELECT v FROM c ORDER BY x")).toEqual([["dev"], ["mine"]]);
});

it("lets the caller decide over views, and over a table dropped on one side and written on the other", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE VIEW v AS SELECT 1 AS x");
  db.branch("dev");
  db.execute("dev", "DROP VIEW v", "CREATE VIEW v AS SELECT 2 AS x", "DROP TABLE t");
  db.execute("main", "DROP VIEW v", "CREATE VIEW v AS SELECT 3 AS x", "INSERT INTO t VALUES (1)");
  expect(codeOf(() => merge([], "source"))).toBe("MERGE_CONFLICT");
  expect(codeOf(() => merge([{ table: "v", use: "source" }]))).toBe("MERGE_CONFLICT");
  merge([
    { table: "v", use: "source" },
    { table: "t", use: "target" },
  ]);
  expect(db.rows("main", "SELECT x FROM v")).toEqual([[2]]);
  expect(db.rows("main", "SELECT * FROM t")).toEqual([[1]]);
});

it("keeps the target's table, rows and all, where both changed it differently", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  db.branch("dev");
  db.execute("dev", "ALTER TABLE t ADD COLUMN a TEXT", "INSERT INTO t VALUES (1, 'dev')", "CREATE TABLE u (x)");
  db.execute("main", "ALTER TABLE t ADD COLUMN a INTEGER", "INSERT INTO t VALUES (2, 2)");
  expect(codeOf(() => merge([{ table: "t", use: "source" }]))).toBe("INVALID_FIELD");
  merge([{ table: "t", use: "target" }]);
  expect(db.rows("main", "SELECT * FROM t")).toEqual([[2, 2]]);
  expect(db.rows("main", "SELECT * FROM u")).toEqual([]);
  db.execute("main", "INSERT INTO t VALUES (3, 3)");
});

it("does not lose rows written to a table that the target has dropped", () => {
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)", "CREATE TABLE u (id INTEGER PRIMARY KEY)");
  db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (1)");
  db.execute("main", "DROP TABLE t");
  expect(codeOf(() => merge([], "source"))).toBe("MERGE_CONFLICT");
  merge([{ table: "t", use: "target" }]);
  expect(codeOf(() => db.rows("main", "SELECT * FROM t"))).toBe("SQL_NAME_NOT_FOUND");
});
