import { afterEach, beforeEach, expect, it } from "vitest";
import { DatabasePaths } from "../../src/file/paths.js";
import { PastView } from "../../src/past/past-view.js";
import { findTable } from "../../src/schema/model.js";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

it("looks up by key what was changed in a table without rowids, whatever types the key has", () => {
  db.execute("main", "CREATE TABLE pairs (x INT, y TEXT COLLATE NOCASE, v, PRIMARY KEY (x, y)) WITHOUT ROWID");
  const { scn } = db.execute("main", "INSERT INTO pairs VALUES (1, 'a', 1), (2, 'b', 2), (3, 'c', 3)");
  db.execute("main", "UPDATE pairs SET v = 9 WHERE y = 'A'", "DELETE FROM pairs WHERE x = 2");
  const past = new PastView(new DatabasePaths(db.directory).branch("b1"), scn).pin();
  try {
    const source = past.keyed(findTable(past.epoch, "pairs")!);
    const steps = past.db.prepare(`EXPLAIN QUERY PLAN SELECT * FROM ${source}`).all() as { detail: string }[];
    expect(steps.map(({ detail }) => detail)).toContainEqual(
      expect.stringMatching(/^SEARCH _helios_c USING PRIMARY KEY/),
    );
    expect(past.db.prepare(`SELECT v FROM ${source} ORDER BY x`).pluck().all()).toEqual([1, 2, 3]);
  } finally {
    past.close();
  }
});
