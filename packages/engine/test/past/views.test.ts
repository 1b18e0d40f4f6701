import { afterEach, beforeEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
let then: number;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

/** Views that read t (a, b) in their own ways, and others over them. */
const VIEWS = {
  plain: "SELECT a, b FROM t",
  "of the schema main": "SELECT a, b FROM main.t",
  "of quoted main": 'SELECT "main".[t].a, main.t.b FROM "MAIN".t',
  "of rowids": "SELECT rowid AS a, b FROM t",
  "of oid": "SELECT t.OID AS a, b FROM t",
  "by an index": "SELECT a, b FROM t INDEXED BY by_b WHERE b > ''",
  "in a subquery": "SELECT a, (SELECT b FROM main.t AS i WHERE i.a = t.a) AS b FROM t",
  "in an expression": "WITH t AS (SELECT * FROM main.t) SELECT a, b FROM t",
  "of SQLite's own": "SELECT a, b FROM t WHERE 't' IN (SELECT name FROM sqlite_schema)",
};

const MORE = [
  "CREATE VIEW second AS SELECT * FROM first",
  "CREATE VIEW third AS SELECT s.a, s.b FROM main.second AS s JOIN t ON t.a = s.a",
];

it.each(Object.entries(VIEWS))("a view %s, and views over it, read the past at an earlier point in time", (_, text) => {
  then = db.execute(
    "main",
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b)",
    "CREATE INDEX by_b ON t (b)",
    `CREATE VIEW first AS ${text}`,
    ...MORE,
    "INSERT INTO t VALUES (1, 'x'), (2, 'y')",
  ).scn;
  db.execute("main", "UPDATE t SET b = 'new'", "INSERT INTO t VALUES (3, 'z')");
  const past = [
    [1, "x"],
    [2, "y"],
  ];
  const now = [
    [1, "new"],
    [2, "new"],
    [3, "z"],
  ];
  for (const view of ["first", "second", "third"]) {
    expect(db.at("main", `SELECT * FROM ${view} ORDER BY a`, then)).toEqual(past);
    expect(db.rows("main", `SELECT * FROM ${view} ORDER BY a`)).toEqual(now);
    expect(db.page(view, { at: { kind: "scn", scn: then }, orderBy: "a" }).rows).toEqual(past);
  }
  // Beside the present, and on a branch that is still its parent's file.
  db.branch("f", "main", { kind: "scn", scn: then });
  db.execute("main", "DROP VIEW third", "DROP VIEW second", "DROP VIEW first", "DROP TABLE t");
  expect(db.rows("f", "SELECT * FROM third ORDER BY a")).toEqual(past);
  expect(db.at("main", "SELECT * FROM second ORDER BY a", then + 1)).toEqual(now);
});

it("a view that reads what came later says so", () => {
  then = db.execute("main", "CREATE VIEW v AS SELECT * FROM t", "CREATE TABLE other (a)").scn;
  db.execute("main", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)");
  expect(db.rows("main", "SELECT * FROM v")).toEqual([[1]]);
  expect(() => db.at("main", "SELECT * FROM v", then)).toThrow("no such table at that point in time: t");
  const beside = `SELECT * FROM v AS OF SCN ${then}, other`;
  expect(() => db.rows("main", beside)).toThrow("no such table at that point in time: t");
});
