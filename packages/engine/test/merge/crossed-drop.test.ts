import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const rows = (branch: string) => db.rows(branch, "SELECT * FROM t ORDER BY 1, 2");

describe.each([
  "t (id INTEGER PRIMARY KEY, v)",
  "t (id INT PRIMARY KEY, v)",
  "t (id INT PRIMARY KEY, v) WITHOUT ROWID",
  "t (id INT, v)",
])("a table that one side dropped and the other made anew, merged crosswise: %s", (sql) => {
  beforeEach(() => {
    db.execute("main", `CREATE TABLE ${sql}`, "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
    db.branch("dev");
    db.execute("dev", "DROP TABLE t");
    // In commits of their own, so that it is another table.
    db.execute("main", "ALTER TABLE t RENAME TO old");
    db.execute("main", `CREATE TABLE ${sql}`);
    db.execute("main", "INSERT INTO t SELECT * FROM old");
    db.execute("main", "DROP TABLE old");
    for (const name of ["main", "dev"]) db.branch(`${name}2`, name);
    db.merge("dev", "main", "manual");
    db.merge("main2", "dev2", "manual");
  });

  it("comes whole, and then has nothing new for either", () => {
    const wanted = [
      [1, "a"],
      [2, "b"],
    ];
    expect(db.merge("main", "dev2", "manual").merged).toBe(0);
    expect([rows("main"), rows("dev2")]).toEqual([wanted, wanted]);
    expect(db.merge("dev2", "main", "manual").merged).toBe(0);
    expect(rows("main")).toEqual(wanted);
  });

  it.each(["main", "dev2"])("brings what was changed in it since on %s, and nothing else", (changed) => {
    const other = changed === "main" ? "dev2" : "main";
    db.execute(changed, "UPDATE t SET v = 'new' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    expect(db.merge(other, changed, "manual").merged).toBe(0);
    expect(rows(changed)).toEqual([[1, "new"]]);
    db.merge(changed, other, "manual");
    expect(rows(other)).toEqual([[1, "new"]]);
  });
});
