import { afterEach, beforeEach, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE t (a, b)",
    "CREATE TABLE u (a)",
    "CREATE INDEX on_u ON u (a)",
    "CREATE INDEX on_t ON t (a)",
    "CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM u; END",
  );
  db.branch("dev");
});
afterEach(() => db.dispose());

it.each([
  ["an index with a new name", ["CREATE INDEX i ON t (b)"]],
  ["an index with the name of one on another table", ["DROP INDEX on_u", "CREATE INDEX on_u ON t (b)"]],
  ["another index with the name of its own", ["DROP INDEX on_t", "CREATE UNIQUE INDEX on_t ON t (a)"]],
  ["another trigger", ["DROP TRIGGER tr", "CREATE TRIGGER tr AFTER DELETE ON t BEGIN DELETE FROM u; END"]],
])("a table that one side dropped is in conflict with %s on it, in both directions", (_, statements) => {
  db.execute("main", "DROP TABLE t");
  db.execute("dev", ...statements);
  expect(codeOf(() => db.merge("dev", "main", "manual"))).toBe("MERGE_CONFLICT");
  expect(codeOf(() => db.merge("main", "dev", "manual"))).toBe("MERGE_CONFLICT");
});

it.each(["main", "dev"])("a table that was dropped goes with all that was on it: on %s", (where) => {
  const other = where === "main" ? "dev" : "main";
  db.execute(where, "DROP TABLE t");
  db.execute(other, "CREATE INDEX i ON u (a)", "DROP TRIGGER tr");
  db.merge("main", "dev", "manual");
  db.merge("dev", "main", "manual");
  const names = "SELECT name FROM sqlite_schema WHERE type <> 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY 1";
  for (const branch of ["main", "dev"]) expect(db.rows(branch, names)).toEqual([["i"], ["on_u"]]);
});
