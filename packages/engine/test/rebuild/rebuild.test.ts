import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const head = () => db.query("main", "SELECT 1").scn;

/** The steps that SQLite's documentation gives, from one shape of t to another. */
function rebuild(columns: string, copied: string, from: string): string[] {
  return [
    `CREATE TABLE t_new (${columns})`,
    `INSERT INTO t_new (${copied}) SELECT ${from} FROM t`,
    "DROP TABLE t",
    "ALTER TABLE t_new RENAME TO t",
  ];
}

const ways: [string, (statements: string[]) => void][] = [
  ["in one commit", (statements) => void db.execute("main", ...statements)],
  ["in a commit for each statement", (statements) => statements.forEach((sql) => void db.execute("main", sql))],
];

describe.each(ways)("a table rebuilt %s", (_, run) => {
  it("keeps its past and its rows' history", () => {
    db.execute(
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b)",
      "INSERT INTO t VALUES (1, '1', 'x'), (2, 'two', 'y')",
    );
    const first = head();
    db.execute("main", "UPDATE t SET b = 'z' WHERE id = 2", "INSERT INTO t VALUES (5, '5', 'v')");
    const second = head();
    run(rebuild("id INTEGER PRIMARY KEY, a INTEGER, c DEFAULT 7", "id, a", "id, a"));
    const third = head();
    db.execute("main", "DELETE FROM t WHERE id = 1", "UPDATE t SET c = 8");
    for (let round = 0; round < 2; round++) {
      expect(db.at("main", "SELECT * FROM t ORDER BY id", first)).toEqual([
        [1, "1", "x"],
        [2, "two", "y"],
      ]);
      expect(db.at("main", "SELECT * FROM t WHERE a = '5'", second)).toEqual([[5, "5", "v"]]);
      expect(db.at("main", "SELECT * FROM t ORDER BY id", second)).toEqual([
        [1, "1", "x"],
        [2, "two", "z"],
        [5, "5", "v"],
      ]);
      expect(db.at("main", "SELECT * FROM t ORDER BY id", third)).toEqual([
        [1, 1, 7],
        [2, "two", 7],
        [5, 5, 7],
      ]);
      expect(db.rows("main", "SELECT * FROM t ORDER BY id")).toEqual([
        [2, "two", 8],
        [5, 5, 8],
      ]);
      db.branch(`old${round}`, "main", { kind: "scn", scn: first });
      db.execute(`old${round}`, "INSERT INTO t VALUES (9, '9', 'n')");
      expect(db.rows(`old${round}`, "SELECT * FROM t ORDER BY id")).toEqual([
        [1, "1", "x"],
        [2, "two", "y"],
        [9, "9", "n"],
      ]);
      db.reopen();
    }
    const count = db.reader.read({ op: "listTables", branch: "main" })[0]!.rowCount;
    expect(count).toBe(2);
    db.restore("main", { kind: "scn", scn: second });
    expect(db.rows("main", "SELECT * FROM t ORDER BY id")).toEqual([
      [1, "1", "x"],
      [2, "two", "z"],
      [5, "5", "v"],
    ]);
    expect(db.at("main", "SELECT * FROM t ORDER BY id", third)).toEqual([
      [1, 1, 7],
      [2, "two", 7],
      [5, 5, 7],
    ]);
  });
});
