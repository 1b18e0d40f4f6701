import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 2, 3)");
  db.branch("dev");
});
afterEach(() => db.dispose());

const OBJECTS = {
  "a trigger": "CREATE TRIGGER o AFTER UPDATE ON t WHEN new.b IS 99 BEGIN DELETE FROM t WHERE false; END",
  "a view": "CREATE VIEW o AS SELECT id, b FROM t",
};

describe.each(Object.entries(OBJECTS))("%s on a column that the other side dropped", (_, object) => {
  it.each([
    ["and nothing else", []],
    ["and whose table it renamed", ["ALTER TABLE t RENAME TO u"]],
    ["and whose table it rebuilt", ["CREATE TABLE u (id INTEGER PRIMARY KEY, a CHECK (a > 0))", "DROP TABLE t"]],
  ])("stops the merge in both directions: %s", (_how, more) => {
    db.execute("main", object);
    const isRebuilt = more.length === 2;
    const drop = isRebuilt ? [...more, "ALTER TABLE u RENAME TO t"] : ["ALTER TABLE t DROP COLUMN b", ...more];
    const fill = isRebuilt ? [drop[0]!, "INSERT INTO u SELECT id, a FROM t", ...drop.slice(1)] : drop;
    db.execute("dev", ...fill);
    const conflict = expect.objectContaining({ code: "MERGE_CONFLICT", message: expect.stringContaining(" o: ") });
    expect(() => db.merge("dev", "main", "manual")).toThrow(conflict);
    expect(() => db.merge("main", "dev", "manual")).toThrow(conflict);
  });
});

it("a view that could not be used before stops no merge, though its table was renamed", () => {
  db.execute("main", "CREATE VIEW o AS SELECT id, v FROM t, missing");
  db.execute("dev", "ALTER TABLE t RENAME TO u");
  db.branch("copy", "main");
  expect(db.merge("dev", "main", "manual").changed).toBe(true);
  expect(db.merge("copy", "dev", "manual").changed).toBe(true);
});
