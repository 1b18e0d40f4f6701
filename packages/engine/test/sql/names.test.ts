import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
});

afterEach(() => {
  db.dispose();
});

/** Pairs that a fold of all of Unicode takes for one; SQLite folds ASCII letters only. */
const PAIRS = [
  ["É", "é"],
  ["straẞe", "straße"],
  ["ΟΔΟΣ", "οδοσ"],
  ["\u212A", "k"],
  ["İ", "i̇"],
] as const;

describe.each(PAIRS)("%s and %s are two names", (upper, lower) => {
  beforeEach(() => {
    db.execute("main", `CREATE TABLE "${upper}" (id INTEGER PRIMARY KEY, v TEXT)`);
    db.execute("main", `CREATE TABLE "${lower}" (id INTEGER PRIMARY KEY, v TEXT)`);
    db.insert("main", upper, [{ id: 1n, v: "upper" }]);
    db.insert("main", lower, [{ id: 1n, v: "lower" }]);
  });

  test("for reads by table, now and in the past", () => {
    const { scn } = db.execute("main", `UPDATE "${upper}" SET v = 'later'`);
    expect([db.page(upper).rows, db.page(lower).rows]).toEqual([[[1, "later"]], [[1, "lower"]]]);
    const at = { kind: "scn", scn: scn - 1 } as const;
    expect([db.page(upper, { at }).rows, db.page(lower, { at }).rows]).toEqual([[[1, "upper"]], [[1, "lower"]]]);
    expect(db.rows("main", `SELECT a.v, b.v FROM "${upper}" AS OF SCN ${scn - 1} a, "${lower}" b`)).toEqual([
      ["upper", "lower"],
    ]);
  });

  test("for DROP, and the past of the dropped one is its own", () => {
    const { scn } = db.execute("main", `DROP TABLE "${lower}"`);
    expect(db.rows("main", `SELECT v FROM "${upper}"`)).toEqual([["upper"]]);
    expect(codeOf(() => db.page(lower))).toBe("TABLE_NOT_FOUND");
    expect(db.at("main", `SELECT v FROM "${lower}"`, scn - 1)).toEqual([["lower"]]);
  });

  test("for merges of rows and of schemas", () => {
    db.branch("f");
    db.execute("f", `UPDATE "${lower}" SET v = 'merged'`);
    db.execute("f", `CREATE VIEW "${upper} view" AS SELECT v FROM "${lower}"`);
    db.execute("main", `CREATE VIEW "${lower} view" AS SELECT v FROM "${upper}"`);
    db.merge("f", "main");
    expect(db.rows("main", `SELECT v FROM "${upper} view"`)).toEqual([["merged"]]);
    expect(db.rows("main", `SELECT v FROM "${lower} view"`)).toEqual([["upper"]]);
  });

  test("for columns", () => {
    db.execute("main", `CREATE TABLE both ("${upper}" TEXT, "${lower}" TEXT)`);
    db.insert("main", "both", [{ [upper]: "a", [lower]: "b" }]);
    expect(db.page("both", { columns: `"${lower}"` }).rows).toEqual([["b"]]);
    const { scn } = db.execute("main", `ALTER TABLE both RENAME COLUMN "${lower}" TO "renamed"`);
    expect(db.at("main", "SELECT * FROM both", scn - 1)).toEqual([["a", "b"]]);
  });
});

test("ASCII letters in either case are one name", () => {
  db.execute("main", "CREATE TABLE Mixed (Id INTEGER PRIMARY KEY)", "INSERT INTO mIXED VALUES (1)");
  expect(db.page("MIXED", { columns: "ID" }).rows).toEqual([[1]]);
  db.execute("main", "DROP TABLE mixed");
  expect(codeOf(() => db.page("Mixed"))).toBe("TABLE_NOT_FOUND");
});

test("a word that only Unicode folds to a keyword is a name", () => {
  db.execute("main", "CREATE TABLE ſelect (ıd)", "INSERT INTO ſelect VALUES (1)");
  expect(db.rows("main", "SELECT ıd FROM ſelect")).toEqual([[1]]);
});
