import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const TEXTS = {
  "a check": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (t.a > 0), b)",
  "a check of the table, quoted, with a schema":
    'CREATE TABLE "t" (id INTEGER PRIMARY KEY, a INT, b, CHECK (main."T".a > 0 AND \'t.a\' <> t.b))',
  "a table without rowids": "CREATE TABLE t (id INT PRIMARY KEY, a INT, b, CHECK (t.a > 0)) WITHOUT ROWID",
  "a key that refers to itself":
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (t.a > 0), b, p REFERENCES t (id) ON DELETE CASCADE)",
};

describe.each(Object.entries(TEXTS))("a table whose text says its own name: %s", (_, text) => {
  let db: TestDatabase;
  let first: number;
  let second: number;
  const rows = (branch: string, scn?: number) => {
    const sql = "SELECT id, a FROM t ORDER BY id";
    return scn === undefined ? db.rows(branch, sql) : db.at(branch, sql, scn);
  };
  const NOW = [
    [1, 9],
    [3, 3],
  ];
  const THEN = [
    [1, 1],
    [2, 2],
  ];

  beforeEach(() => {
    db = new TestDatabase();
    db.execute("main", text, "CREATE INDEX i ON t (b) WHERE t.b IS NOT NULL AND main.t.a > 1");
    first = db.execute("main", "INSERT INTO t (id, a, b) VALUES (1, 1, 'x'), (2, 2, 'y')").scn;
    second = db.execute(
      "main",
      "UPDATE t SET a = 9 WHERE id = 1",
      "DELETE FROM t WHERE id = 2",
      "INSERT INTO t (id, a) VALUES (3, 3)",
    ).scn;
  });
  afterEach(() => db.dispose());

  it("has a past, by shadows and by a copy", () => {
    expect(rows("main", first)).toEqual(THEN);
    const { file } = db.place("main", { kind: "scn", scn: first });
    db.makeCopy(file, first);
    expect(rows("main", first)).toEqual(THEN);
    expect(rows("main")).toEqual(NOW);
  });

  it("is there on a branch from the past, and merges", () => {
    db.branch("f", "main", { kind: "scn", scn: first });
    db.execute("f", "UPDATE t SET a = 5 WHERE id = 2", "INSERT INTO t (id, a) VALUES (7, 7)");
    expect(codeOf(() => db.execute("f", "UPDATE t SET a = -1"))).toBe("CHECK_VIOLATION");
    db.branch("g");
    db.execute("g", "UPDATE t SET a = 4 WHERE id = 3");
    db.execute("main", "ALTER TABLE t ADD COLUMN c DEFAULT 'new'");
    expect(db.merge("g", "main")).toMatchObject({ merged: 1, conflictCount: 0 });
    expect(rows("main")).toEqual([
      [1, 9],
      [3, 4],
    ]);
  });

  it("is dropped, and its past stays, and it comes back", () => {
    const { scn } = db.execute("main", "DROP TABLE t");
    expect(rows("main", first)).toEqual(THEN);
    expect(rows("main", scn - 1)).toEqual(NOW);
    db.branch("f", "main", { kind: "scn", scn: second });
    db.execute("f", "INSERT INTO t (id, a) VALUES (8, 8)");
    expect(rows("f")).toEqual([...NOW, [8, 8]]);
    db.restore("main", { kind: "scn", scn: first });
    expect(rows("main")).toEqual(THEN);
    expect(codeOf(() => db.execute("main", "UPDATE t SET a = -1"))).toBe("CHECK_VIOLATION");
    // The time when it was dropped, on a file in which it is there.
    db.branch("g", "main", { kind: "scn", scn });
    db.execute("g", "CREATE TABLE other (x)");
    expect(codeOf(() => rows("g"))).toBe("SQL_NAME_NOT_FOUND");
    expect(rows("g", second)).toEqual(NOW);
    db.restore("g", { kind: "scn", scn: second });
    expect(rows("g")).toEqual(NOW);
    db.reopen();
    db.execute("main", "UPDATE t SET a = 2");
  });

  it("is renamed, and its past is found under the earlier name", () => {
    db.execute("main", "ALTER TABLE t RENAME TO u", "UPDATE u SET a = 1");
    expect(rows("main", second)).toEqual(NOW);
    db.branch("f", "main", { kind: "scn", scn: second });
    db.execute("f", "UPDATE t SET a = 6 WHERE id = 1");
    expect(rows("f")).toEqual([
      [1, 6],
      [3, 3],
    ]);
    db.restore("main", { kind: "scn", scn: first });
    expect(rows("main")).toEqual(THEN);
  });
});
