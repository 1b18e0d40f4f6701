import { afterEach, beforeEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 1)");
  db.branch("dev");
  db.execute("dev", "INSERT INTO t VALUES (2, 2)");
  db.merge("dev", "main", "manual");
  db.merge("main", "dev", "manual");
  expect(db.merge("dev", "main", "manual")).toMatchObject({ changed: true, merged: 0 });
});
afterEach(() => db.dispose());

// The last merge looked at the rows without a key and left them alone, and main wrote nothing itself.
it.each([[["DROP TABLE t"]], [["ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN b"]]])(
  "a merge that brought nothing is no write, which a drop on the other side would lose: %s",
  (statements) => {
    db.execute("dev", ...statements);
    expect(db.merge("dev", "main", "manual").changed).toBe(true);
  },
);

it("what a side did write is not lost", () => {
  db.execute("main", "INSERT INTO t VALUES (3, 3)");
  db.execute("dev", "DROP TABLE t");
  expect(() => db.merge("dev", "main", "manual")).toThrow("the source dropped this table, and the target changed it");
});

it("a column that came is no write, which a column of another's name would lose", () => {
  db.execute("main", "ALTER TABLE t ADD COLUMN c DEFAULT 'c'");
  db.execute("dev", "ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN b", "UPDATE t SET b = -a");
  db.branch("other", "main");
  db.merge("dev", "main", "manual");
  db.merge("other", "dev", "manual");
  const wanted = [
    [1, -1, "c"],
    [2, -2, "c"],
  ];
  for (const branch of ["main", "dev"]) expect(db.rows(branch, "SELECT a, b, c FROM t ORDER BY a")).toEqual(wanted);
});
