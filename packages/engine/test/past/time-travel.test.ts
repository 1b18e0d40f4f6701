import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

describe("reading the past", () => {
  let db: TestDatabase;
  let before: number;
  let after: number;

  beforeEach(() => {
    db = new TestDatabase();
    db.execute("main", "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, age INT)");
    db.execute("main", "CREATE VIEW adults AS SELECT name FROM users WHERE age >= 18");
    before = db.execute("main", "INSERT INTO users VALUES (1, 'Ann', 30), (2, 'Bob', 17)").scn;
    after = db.execute(
      "main",
      "UPDATE users SET age = 18 WHERE id = 2",
      "DELETE FROM users WHERE id = 1",
      "INSERT INTO users VALUES (3, 'Cid', 40)",
    ).scn;
  });
  afterEach(() => db.dispose());

  it("answers as the tables were, with their collations", () => {
    expect(db.at("main", "SELECT * FROM users", before)).toEqual([
      [1, "Ann", 30],
      [2, "Bob", 17],
    ]);
    expect(db.at("main", "SELECT id FROM users WHERE name = 'ANN'", before)).toEqual([[1]]);
    expect(db.rows("main", "SELECT * FROM users")).toEqual([
      [2, "Bob", 18],
      [3, "Cid", 40],
    ]);
  });

  it("reads views over the past, too", () => {
    expect(db.at("main", "SELECT * FROM adults ORDER BY 1", before)).toEqual([["Ann"]]);
    expect(db.rows("main", "SELECT * FROM adults ORDER BY 1")).toEqual([["Bob"], ["Cid"]]);
  });

  it("joins present and past in one query", () => {
    const sql = `SELECT now.name, was.age, now.age FROM users AS now JOIN users AS OF SCN ${before} was ON was.id = now.id`;
    expect(db.rows("main", sql)).toEqual([["Bob", 17, 18]]);
    const both = `SELECT (SELECT count(*) FROM users AS OF SCN ${before} WHERE age > 20), (SELECT count(*) FROM users AS OF SCN ${after} WHERE age > 17)`;
    expect(db.rows("main", both)).toEqual([[1, 2]]);
  });

  it("does not take AS OF for a clause inside strings or as an alias", () => {
    expect(db.rows("main", "SELECT 'users AS OF SCN 1' FROM users AS of WHERE of.id = 3")).toEqual([
      ["users AS OF SCN 1"],
    ]);
    expect(db.rows("main", `SELECT * FROM adults AS OF SCN ${before}`)).toEqual([["Ann"]]);
  });

  it.each([
    (scn: number) => `UPDATE users SET age = (SELECT age FROM users AS OF SCN ${scn} was WHERE was.id = users.id)`,
    (scn: number) => `INSERT INTO users SELECT id + 100, name, age FROM main.users AS OF TRANSACTION ${scn}`,
    () => "DELETE FROM users WHERE id IN (SELECT id FROM users AS OF TIMESTAMP '2020-01-01T00:00:00Z')",
    () => "WITH was AS (SELECT * FROM users AS OF SYSTEM TIME 1) DELETE FROM users WHERE id IN (SELECT id FROM was)",
    () => "CREATE TABLE old AS SELECT * FROM users AS OF SNAPSHOT 'snap_1'",
    () => "CREATE VIEW old AS SELECT * FROM users AS OF SYSTEM TIME 'yesterday'",
  ])("refuses a write that reads the past, and says so", (sql) => {
    const head = db.info("main").headScn;
    expect(() => db.execute("main", sql(before))).toThrow(
      expect.objectContaining({ code: "INVALID_SQL", message: expect.stringMatching(/^AS OF is only for queries/) }),
    );
    expect(db.info("main").headScn).toBe(head);
  });

  it("answers what a view can't from a rewound copy", () => {
    expect(db.at("main", "SELECT rowid, name FROM users", before)).toEqual([
      [1, "Ann"],
      [2, "Bob"],
    ]);
    expect(db.at("main", "SELECT name FROM main.users WHERE id = 1", before)).toEqual([["Ann"]]);
    expect(db.copies).toBe(1);
  });

  it("says where a point in time lies outside what is kept", () => {
    expect(codeOf(() => db.at("main", "SELECT 1", after + 1000))).toBe("POINT_IN_FUTURE");
    expect(codeOf(() => db.rows("main", "SELECT 1", { kind: "timestamp", until: 1_000_000 }))).toBe(
      "POINT_BEFORE_HISTORY",
    );
    expect(codeOf(() => db.rows("main", "SELECT 1", { kind: "timestamp", until: (Date.now() + 60_000) * 1000 }))).toBe(
      "POINT_IN_FUTURE",
    );
    expect(codeOf(() => db.rows("main", "SELECT 1", { kind: "transaction", scn: after + 1 }))).toBe(
      "SNAPSHOT_NOT_FOUND",
    );
    expect(codeOf(() => db.rows("main", "SELECT 1", { kind: "snapshot", id: "snap_zzz" }))).toBe("SNAPSHOT_NOT_FOUND");
    expect(
      db.rows("main", "SELECT count(*) FROM users", { kind: "snapshot", id: `snap_${before.toString(36)}` }),
    ).toEqual([[2]]);
  });

  it("names each commit by its own time", () => {
    const { timestamp } = db.execute("main", "DELETE FROM users");
    expect(db.rows("main", "SELECT count(*) FROM users", { kind: "timestamp", until: timestamp - 1 })).toEqual([[2]]);
    expect(db.rows("main", "SELECT count(*) FROM users", { kind: "timestamp", until: timestamp })).toEqual([[0]]);
  });

  it("is not changed by what branches and merges do later", () => {
    db.branch("dev");
    db.execute("dev", "UPDATE users SET age = 99");
    db.merge("dev", "main");
    expect(db.at("main", "SELECT age FROM users ORDER BY id", after)).toEqual([[18], [40]]);
    expect(db.at("main", "SELECT age FROM users ORDER BY id", before)).toEqual([[30], [17]]);
  });

  it("keeps 64-bit integers, blobs and reals as they were", () => {
    db.execute("main", "CREATE TABLE odd (id INTEGER PRIMARY KEY, v)");
    const { scn } = db.execute(
      "main",
      "INSERT INTO odd VALUES (9223372036854775807, x'00ff'), (-9223372036854775808, 1e999), (1, 9007199254740993), (2, 5.0)",
    );
    db.execute("main", "DELETE FROM odd");
    expect(db.at("main", "SELECT * FROM odd ORDER BY id", scn)).toEqual([
      ["-9223372036854775808", "Infinity"],
      [1, "9007199254740993"],
      [2, 5],
      ["9223372036854775807", "AP8="],
    ]);
  });
});

describe("the schema through time", () => {
  let db: TestDatabase;
  beforeEach(() => {
    db = new TestDatabase();
  });
  afterEach(() => db.dispose());

  it("knows a renamed column from columns of the same names in other tables", () => {
    db.execute("main", "CREATE TABLE books (title, name)", "CREATE TABLE people (name)");
    const { scn } = db.execute("main", "INSERT INTO books VALUES ('t', 'n')", "INSERT INTO people VALUES ('p')");
    db.execute("main", "ALTER TABLE people RENAME COLUMN name TO title");
    db.execute("main", "UPDATE books SET title = 'T', name = 'N'");
    expect(db.at("main", "SELECT title, name FROM books", scn)).toEqual([["t", "n"]]);
    expect(db.at("main", "SELECT name FROM people", scn)).toEqual([["p"]]);
    expect(db.rows("main", "SELECT title, name FROM books")).toEqual([["T", "N"]]);
  });

  it("shows dropped tables and columns before their drop, and renamed ones under their old names", () => {
    db.execute("main", "CREATE TABLE a (id INTEGER PRIMARY KEY, x, y)");
    const first = db.execute("main", "INSERT INTO a VALUES (1, 'x1', 'y1')").scn;
    db.execute("main", "ALTER TABLE a RENAME COLUMN x TO renamed");
    db.execute("main", "ALTER TABLE a DROP COLUMN y");
    db.execute("main", "ALTER TABLE a RENAME TO b");
    const second = db.execute("main", "INSERT INTO b VALUES (2, 'x2')").scn;
    db.execute("main", "DROP TABLE b");
    expect(db.at("main", "SELECT * FROM a", first)).toEqual([[1, "x1", "y1"]]);
    expect(db.at("main", "SELECT * FROM b", second)).toEqual([
      [1, "x1"],
      [2, "x2"],
    ]);
    expect(codeOf(() => db.at("main", "SELECT * FROM b", first))).toBe("SQL_NAME_NOT_FOUND");
    expect(codeOf(() => db.rows("main", "SELECT * FROM b"))).toBe("SQL_NAME_NOT_FOUND");
  });

  it("can branch from before a drop, with indexes, triggers and views", () => {
    db.execute("main", "CREATE TABLE a (id INTEGER PRIMARY KEY, x UNIQUE)");
    db.execute("main", "CREATE TABLE seen (x)");
    db.execute("main", "CREATE TRIGGER t AFTER INSERT ON a BEGIN INSERT INTO seen VALUES (new.x); END");
    const { scn } = db.execute("main", "INSERT INTO a VALUES (1, 'one')");
    db.execute("main", "DROP TABLE a");
    db.branch("back", "main", { kind: "scn", scn });
    db.execute("back", "INSERT INTO a VALUES (2, 'two')");
    expect(db.rows("back", "SELECT * FROM seen")).toEqual([["one"], ["two"]]);
    expect(codeOf(() => db.execute("back", "INSERT INTO a VALUES (3, 'one')"))).toBe("UNIQUE_VIOLATION");
  });

  it("does to referring rows what a drop must do", () => {
    db.execute("main", "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    db.execute("main", "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE)");
    const { scn } = db.execute("main", "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (5, 1)");
    db.execute("main", "DROP TABLE p");
    expect(db.rows("main", "SELECT * FROM c")).toEqual([]);
    expect(db.at("main", "SELECT c.id, p.id FROM c JOIN p ON p.id = c.p", scn)).toEqual([[5, 1]]);
  });

  it("keeps a dropped table out of the foreign keys that it had", () => {
    db.execute("main", "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    db.execute("main", "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p ON DELETE CASCADE)");
    db.execute("main", "CREATE TABLE strict (id INTEGER PRIMARY KEY, p REFERENCES p)");
    const { scn } = db.execute(
      "main",
      "INSERT INTO p VALUES (1)",
      "INSERT INTO c VALUES (5, 1)",
      "INSERT INTO strict VALUES (6, 1)",
    );
    db.execute("main", "DROP TABLE c");
    db.execute("main", "DROP TABLE strict");
    db.execute("main", "DELETE FROM p");
    expect(db.at("main", "SELECT c.id, strict.id FROM c JOIN strict USING (p)", scn)).toEqual([[5, 6]]);
  });

  it("makes no commit for a change that changes nothing", () => {
    const { scn } = db.execute("main", "CREATE TABLE a (x)");
    expect(db.execute("main", "CREATE TABLE IF NOT EXISTS a (x)")).toMatchObject({ scn, changed: false });
    expect(db.execute("main", "DELETE FROM a")).toMatchObject({ scn, changed: false });
    expect(db.execute("main", "DROP TABLE IF EXISTS absent")).toMatchObject({ scn, changed: false });
  });

  it("refuses a table whose rows can't be told apart, and keeps nothing of it", () => {
    expect(codeOf(() => db.execute("main", "CREATE TABLE a (rowid, oid, _rowid_)"))).toBe("TABLE_NOT_VERSIONED");
    expect(db.read({ op: "listTables", request: { branch: "main" } })).toEqual([]);
    db.execute("main", "CREATE TABLE a (rowid, oid)", "INSERT INTO a VALUES (1, 2)");
    const { scn } = db.execute("main", "UPDATE a SET oid = 3");
    expect(db.at("main", "SELECT * FROM a", scn - 1)).toEqual([[1, 2]]);
  });
});
