import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p ON DELETE CASCADE)",
    "INSERT INTO p VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO c VALUES (10, 1), (20, 2)",
  );
});
afterEach(() => db.dispose());

const children = () => db.rows("main", "SELECT * FROM c ORDER BY 1");
const head = () => db.query("main", "SELECT 1").scn;
const REBUILD = [
  "CREATE TABLE n (id INTEGER PRIMARY KEY, a NOT NULL)",
  "INSERT INTO n SELECT * FROM p",
  "DROP TABLE p",
  "ALTER TABLE n RENAME TO p",
];

describe("foreign keys in a batch", () => {
  it.each([
    [["PRAGMA foreign_keys = OFF"]],
    [["PRAGMA foreign_keys=0;"]],
    [["pragma main.foreign_keys(no)"]],
    [["PRAGMA defer_foreign_keys = ON"]],
    [["PRAGMA defer_foreign_keys=ON", "PRAGMA foreign_keys=OFF"]],
  ])("leave the children of a rebuilt table alone: %s", (around) => {
    const before = head();
    const { results } = db.execute(
      "main",
      ...around,
      ...REBUILD,
      "PRAGMA foreign_key_check",
      "PRAGMA foreign_keys = ON",
    );
    expect(results.map(({ statementType }) => statementType)).toEqual([
      ...around.map(() => "PRAGMA"),
      "CREATE_TABLE",
      "INSERT",
      "DROP_TABLE",
      "ALTER_TABLE",
      "PRAGMA",
      "PRAGMA",
    ]);
    expect(children()).toEqual([
      [10, 1],
      [20, 2],
    ]);
    expect(db.at("main", "SELECT p.a FROM c JOIN p ON p.id = c.p ORDER BY 1", before)).toEqual([["x"], ["y"]]);
    expect(codeOf(() => db.execute("main", "INSERT INTO c VALUES (30, 3)"))).toBe("FOREIGN_KEY_VIOLATION");
    db.execute("main", "DELETE FROM p WHERE id = 1");
    expect(children()).toEqual([[20, 2]]);
    expect(db.at("main", "SELECT * FROM c ORDER BY 1", before)).toEqual([
      [10, 1],
      [20, 2],
    ]);
  });

  it("go with a parent that is dropped, as ever, where nothing is said", () => {
    db.execute("main", ...REBUILD);
    expect(children()).toEqual([]);
  });

  it.each([
    [["PRAGMA foreign_keys = OFF", "INSERT INTO c VALUES (30, 3)"]],
    [["PRAGMA foreign_keys = OFF", "DELETE FROM p WHERE id = 1"]],
    [["PRAGMA foreign_keys = OFF", "DROP TABLE p"]],
    [["PRAGMA defer_foreign_keys = ON", "INSERT INTO c VALUES (30, 3)"]],
    [["PRAGMA foreign_keys = OFF", "CREATE TABLE d (p INT REFERENCES p)", "INSERT INTO d VALUES (7)"]],
    [["INSERT INTO c VALUES (30, NULL)", "PRAGMA defer_foreign_keys = ON", "UPDATE c SET p = 9 WHERE id = 30"]],
  ])("are checked at its end: %s", (statements) => {
    const before = head();
    expect(codeOf(() => db.execute("main", ...statements))).toBe("FOREIGN_KEY_VIOLATION");
    expect(head()).toBe(before);
    expect(children()).toEqual([
      [10, 1],
      [20, 2],
    ]);
    db.execute("main", "DELETE FROM p WHERE id = 2");
    expect(children()).toEqual([[10, 1]]);
  });

  it("are satisfied at its end, whatever came first", () => {
    db.execute(
      "main",
      "PRAGMA defer_foreign_keys = ON",
      "INSERT INTO c VALUES (30, 3)",
      "INSERT INTO p VALUES (3, 'z')",
    );
    db.execute("main", "PRAGMA foreign_keys = OFF", "INSERT INTO c VALUES (40, 4)", "INSERT INTO p VALUES (4, 'z')");
    expect(children()).toHaveLength(4);
  });

  it("have their actions where they are deferred, and none where they are off", () => {
    db.execute("main", "PRAGMA defer_foreign_keys = ON", "DELETE FROM p WHERE id = 1");
    expect(children()).toEqual([[20, 2]]);
    db.execute("main", "PRAGMA foreign_keys = OFF", "DELETE FROM p WHERE id = 2", "INSERT INTO p VALUES (2, 'again')");
    expect(children()).toEqual([[20, 2]]);
  });

  it("are checked where a batch asks for it, too", () => {
    expect(
      codeOf(() =>
        db.execute(
          "main",
          "PRAGMA foreign_keys = OFF",
          "INSERT INTO c VALUES (30, 3)",
          "PRAGMA foreign_key_check",
          "INSERT INTO p VALUES (3, 'z')",
        ),
      ),
    ).toBe("FOREIGN_KEY_VIOLATION");
  });

  it("take no setting that would have no effect", () => {
    expect(codeOf(() => db.execute("main", "PRAGMA foreign_keys = OFF"))).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => db.execute("main", "PRAGMA foreign_key_check"))).toBe("NOT_A_STATEMENT");
    expect(codeOf(() => db.execute("main", "INSERT INTO p VALUES (3, 'z')", "PRAGMA foreign_keys = OFF"))).toBe(
      "SQL_NOT_ALLOWED",
    );
    expect(codeOf(() => db.execute("main", "PRAGMA foreign_keys = maybe", "DROP TABLE c"))).toBe("INVALID_SQL");
    expect(codeOf(() => db.execute("main", "PRAGMA foreign_keys", "DROP TABLE c"))).toBe("SQL_NOT_ALLOWED");
    expect(codeOf(() => db.execute("main", "PRAGMA synchronous = OFF", "DROP TABLE c"))).toBe("SQL_NOT_ALLOWED");
    expect(children()).toHaveLength(2);
  });

  it("do not keep what a batch said for the next", () => {
    expect(codeOf(() => db.execute("main", "PRAGMA foreign_keys = OFF", "INSERT INTO nowhere VALUES (1)"))).toBe(
      "SQL_NAME_NOT_FOUND",
    );
    db.execute("main", "DELETE FROM p WHERE id = 1");
    expect(children()).toEqual([[20, 2]]);
  });
});

describe("temporary tables in a batch", () => {
  it("are there until its end", () => {
    db.execute(
      "main",
      "CREATE TEMPORARY TABLE kept AS SELECT * FROM p",
      "DELETE FROM c",
      "DELETE FROM p",
      "INSERT INTO p SELECT id + 10, a FROM kept",
    );
    expect(db.rows("main", "SELECT id FROM p ORDER BY 1").flat()).toEqual([11, 12]);
    expect(codeOf(() => db.query("main", "SELECT * FROM kept"))).toBe("SQL_NAME_NOT_FOUND");
    expect(
      db.reader
        .read({ op: "listTables", request: { branch: "main" } })
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["c", "p"]);
  });

  it("hide no table, and stand in no statement alone", () => {
    expect(() => db.execute("main", "CREATE TEMP TABLE p (x)", "DROP TABLE p")).toThrow(/already exists/);
    expect(codeOf(() => db.execute("main", "CREATE TEMP TABLE q (x)"))).toBe("SQL_NOT_ALLOWED");
    for (const sql of ["CREATE TEMP TABLE IF NOT EXISTS p (x)", "CREATE TEMP TABLE IF NOT EXISTS P AS SELECT 1"]) {
      expect(() => db.execute("main", sql, "DELETE FROM c WHERE false")).toThrow(/already exists/);
    }
    for (const sql of ["CREATE TEMP TABLE main.q (x)", "CREATE TEMP TABLE IF NOT EXISTS temp.q AS SELECT 1"]) {
      expect(() => db.execute("main", sql, "DELETE FROM c WHERE false")).toThrow(/must be unqualified/);
    }
    expect(db.rows("main", "SELECT count(*) FROM p").flat()).toEqual([2]);
  });

  it("are gone at its end under whatever name, and a table that has the name of one stays", () => {
    db.execute(
      "main",
      "CREATE TEMP TABLE kept AS SELECT * FROM p",
      "DROP TABLE kept",
      "CREATE TABLE kept (a)",
      "INSERT INTO kept VALUES (1)",
      "CREATE TEMPORARY TABLE other (b)",
      "ALTER TABLE other RENAME TO another",
      "CREATE TABLE other (b)",
    );
    expect(db.rows("main", "SELECT a FROM kept").flat()).toEqual([1]);
    const tables = db.reader.read({ op: "listTables", request: { branch: "main" } });
    expect(tables.map(({ name }) => name).sort()).toEqual(["c", "kept", "other", "p"]);
  });
});
