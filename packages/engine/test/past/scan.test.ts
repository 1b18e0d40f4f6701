import { afterEach, beforeEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let scn: number;

beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE big (id INTEGER PRIMARY KEY, a, b)", "CREATE INDEX big_b ON big (b)");
  const numbers =
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 8000) SELECT i, i, i FROM n";
  scn = db.execute("main", `INSERT INTO big ${numbers}`).scn;
  db.execute("main", "UPDATE big SET a = 0 WHERE id < 100");
});
afterEach(() => db.dispose());

function readSixTimes(sql: string): void {
  // Without ORDER BY a shadow gives changed rows after the others.
  const rows = () => db.at("main", sql, scn).map((row) => JSON.stringify(row));
  const answers = Array.from({ length: 6 }, () => rows().sort().join());
  expect(new Set(answers).size).toBe(1);
}

it.each([
  "SELECT sum(a) FROM big",
  "SELECT id FROM big WHERE a = 7",
  "SELECT * FROM big",
  "SELECT id FROM big ORDER BY a LIMIT 3",
  "SELECT x.id FROM big x WHERE x.a % 1000 = 1",
])("a large table that is read whole again and again is copied once: %s", (sql) => {
  readSixTimes(sql);
  expect(db.copies).toBe(1);
});

it.each([
  "SELECT a FROM big WHERE id = 7",
  "SELECT id FROM big WHERE b = 7",
  "SELECT id FROM big WHERE id > 7990",
  "SELECT * FROM big LIMIT 10",
  "SELECT id FROM big WHERE id < 10",
  "SELECT (SELECT a FROM big WHERE id = 7) AS a",
])("what looks at few rows needs no copy: %s", (sql) => {
  readSixTimes(sql);
  expect(db.copies).toBe(0);
});

it("pages of a table need no copy, however many", () => {
  for (let cursor: string | undefined, page = 0; page < 8; page++) {
    const { rows, next } = db.page("big", { at: { kind: "scn", scn }, limit: 50, cursor });
    expect(rows[0]![0]).toBe(page * 50 + 1);
    cursor = next!;
  }
  expect(db.copies).toBe(0);
});
