import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

/** Merges main into dev, which keeps its own version of t. */
const keep = () => db.merge("main", "dev", "manual", { resolutions: [{ table: "t", use: "target" }] });
const rows = (branch: string) => db.rows(branch, "SELECT * FROM t ORDER BY 1, 2");

/** Brings dev's version to main; then neither side has anything new for the other. */
function expectBack(wanted: unknown[][]): void {
  db.branch("other", "main");
  db.merge("dev", "main", "manual");
  expect(rows("main")).toEqual(wanted);
  db.merge("other", "dev", "manual");
  expect(rows("dev")).toEqual(wanted);
  for (const [from, into] of [
    ["main", "dev"],
    ["dev", "main"],
    ["main", "other"],
  ] as const) {
    db.merge(from, into, "manual");
    expect(rows(into)).toEqual(wanted);
  }
}

describe.each([
  "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
  "CREATE TABLE t (id INT PRIMARY KEY, v)",
  "CREATE TABLE t (id INT PRIMARY KEY, v) WITHOUT ROWID",
  "CREATE TABLE t (id INT, v)",
])("a table that a merge kept as it was is what the next one brings: %s", (sql) => {
  beforeEach(() => {
    db.execute("main", sql, "INSERT INTO t VALUES (1, 'a'), (2, 'b'), (3, 'c')");
    db.branch("dev");
  });
  const write = (column: string) => [
    `UPDATE t SET ${column} = 'main' WHERE id = 2`,
    "DELETE FROM t WHERE id = 3",
    "INSERT INTO t VALUES (4, 'd')",
  ];

  it("all its rows, where the other side had dropped it", () => {
    db.execute("dev", "UPDATE t SET v = 'dev' WHERE id = 2");
    db.execute("main", "DROP TABLE t");
    keep();
    expectBack([
      [1, "a"],
      [2, "dev"],
      [3, "c"],
    ]);
  });

  it("all its rows, where only an index on it was new", () => {
    db.execute("dev", "CREATE INDEX i ON t (v)");
    db.execute("main", "DROP TABLE t");
    keep();
    expectBack([
      [1, "a"],
      [2, "b"],
      [3, "c"],
    ]);
  });

  it("also what it had in rows that the other side changed", () => {
    db.execute("dev", "ALTER TABLE t RENAME COLUMN v TO w", "UPDATE t SET w = 'dev' WHERE id = 1");
    db.execute("main", "ALTER TABLE t RENAME COLUMN v TO x", ...write("x"));
    keep();
    expectBack([
      [1, "dev"],
      [2, "b"],
      [3, "c"],
    ]);
    expect(db.query("main", "SELECT * FROM t").columns).toEqual(["id", "w"]);
  });

  it("also where it stayed away, and a restore brought it back", () => {
    const { scn } = db.execute("dev", "UPDATE t SET v = 'dev' WHERE id = 1");
    db.execute("dev", "DROP TABLE t");
    db.execute("main", ...write("v"));
    keep();
    db.restore("dev", { kind: "scn", scn });
    expectBack([
      [1, "dev"],
      [2, "b"],
      [3, "c"],
    ]);
  });
});
