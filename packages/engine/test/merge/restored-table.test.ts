import { afterEach, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
afterEach(() => db.dispose());

const scn = (n: number) => ({ kind: "scn", scn: n }) as const;

const KINDS = [
  "CREATE TABLE t (id INTEGER PRIMARY KEY, v)",
  "CREATE TABLE t (id TEXT PRIMARY KEY, v)",
  "CREATE TABLE t (id TEXT PRIMARY KEY, v) WITHOUT ROWID",
  "CREATE TABLE t (id, v)",
];
const values = (branch: string) => db.rows(branch, "SELECT v FROM t ORDER BY 1").flat();

it.each(KINDS)("brings the rows of a table that a restore brought back: %s", (sql) => {
  db = new TestDatabase();
  db.execute("main", sql);
  const full = db.execute("main", "INSERT INTO t VALUES (1, 'a'), (2, 'b')").scn;
  const dropped = db.execute("main", "DROP TABLE t").scn;
  db.branch("b");
  db.execute("b", "CREATE TABLE own (id INTEGER PRIMARY KEY)");
  db.restore("main", scn(full));
  expect(db.merge("main", "b").merged).toBe(2);
  expect(db.rows("b", "SELECT v FROM t ORDER BY 1")).toEqual([["a"], ["b"]]);
  // What it was before, on the branch's own lineage, is still to be read, and it can go again.
  expect(db.at("b", "SELECT v FROM t ORDER BY 1", full)).toEqual([["a"], ["b"]]);
  db.execute("b", "UPDATE t SET v = 'c' WHERE v = 'a'", "DROP TABLE t");
  expect(db.at("b", "SELECT v FROM t ORDER BY 1", full)).toEqual([["a"], ["b"]]);
  db.restore("b", scn(dropped));
  db.restore("b", scn(full));
  expect(db.rows("b", "SELECT v FROM t ORDER BY 1")).toEqual([["a"], ["b"]]);
});

it.each(KINDS)("brings the rows of a table that one side dropped and the other restored after that: %s", (sql) => {
  db = new TestDatabase();
  db.execute("main", sql, "INSERT INTO t VALUES (1, 'a')");
  db.branch("dev");
  const full = db.execute("dev", "INSERT INTO t VALUES (2, 'b')").scn;
  db.merge("dev", "main");
  db.execute("main", "DROP TABLE t");
  db.merge("main", "dev");
  db.restore("dev", scn(full));
  db.execute("dev", "INSERT INTO t VALUES (3, 'c')");
  for (const name of ["dev", "main"]) db.branch(`other-${name}`, name);
  expect(db.merge("dev", "main").merged).toBe(3);
  expect(values("main")).toEqual(["a", "b", "c"]);
  db.merge("other-main", "other-dev");
  expect(values("other-dev")).toEqual(["a", "b", "c"]);
  for (const [from, into] of [
    ["main", "dev"],
    ["other-dev", "main"],
    ["dev", "other-main"],
  ] as const) {
    db.merge(from, into);
    expect(values(into)).toEqual(["a", "b", "c"]);
  }
});

it("reads at any SCN of the database with more branches than files are kept open", () => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE t (id INTEGER PRIMARY KEY)");
  for (let i = 0; i < 80; i++) {
    db.branch(`b${i}`);
    db.execute(`b${i}`, `INSERT INTO t VALUES (${i})`);
  }
  const newest = db.execute("b79", "INSERT INTO t VALUES (1000)").scn;
  expect(db.at("b0", "SELECT id FROM t", newest)).toEqual([[0]]);
  expect(db.at("main", "SELECT id FROM t", newest - 1)).toEqual([]);
});
