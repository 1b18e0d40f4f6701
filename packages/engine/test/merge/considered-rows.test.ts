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
