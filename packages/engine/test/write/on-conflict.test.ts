import type { Value } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

/** Whole numbers are written as they are. */
const bound = (row: Record<string, Value | number>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(row).map(([name, value]) => [name, typeof value === "number" ? BigInt(String(value)) : value]),
  );
const upsert = (table: string, ...rows: Record<string, Value | number>[]) =>
  db.insert("main", table, rows.map(bound), "update");
const all = (table: string) => db.rows("main", `SELECT * FROM ${table} ORDER BY 1, 2`);

describe("on_conflict update: the key decides which row is meant", () => {
  const tables = {
    "a rowid key": "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT UNIQUE)",
    "a text key": "CREATE TABLE u (id TEXT PRIMARY KEY, email TEXT UNIQUE)",
    "WITHOUT ROWID": "CREATE TABLE u (id TEXT PRIMARY KEY, email TEXT UNIQUE) WITHOUT ROWID",
    "a unique index made later":
      "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT); CREATE UNIQUE INDEX e ON u (email)",
  };

  it.each(Object.entries(tables))("%s: a new key with another row's unique value is a violation", (_, sql) => {
    for (const each of sql.split("; ")) db.execute("main", each);
    upsert("u", { id: 1, email: "a@x" });
    const before = all("u");
    expect(codeOf(() => upsert("u", { id: 2, email: "a@x" }))).toBe("UNIQUE_VIOLATION");
    expect(all("u")).toEqual(before);
    upsert("u", { id: 2, email: "b@x" });
    expect(codeOf(() => upsert("u", { id: 2, email: "a@x" }))).toBe("UNIQUE_VIOLATION");
    expect(upsert("u", { id: 2, email: "c@x" })).toMatchObject({ inserted: 0, updated: 1, skipped: 0 });
    expect(all("u").map(([, email]) => email)).toEqual(["a@x", "c@x"]);
  });

  it("a composite key, in the collation of the key", () => {
    db.execute("main", "CREATE TABLE p (a TEXT, b INT, v, PRIMARY KEY (a COLLATE NOCASE, b)) WITHOUT ROWID");
    upsert("p", { a: "X", b: 1, v: "one" }, { a: "x", b: 2, v: "two" });
    expect(upsert("p", { v: "ONE", b: 1, a: "x" }, { a: "x", b: 3, v: "three" })).toMatchObject({
      inserted: 1,
      updated: 1,
      ids: [
        ["X", 1],
        ["x", 3],
      ],
    });
    expect(all("p")).toEqual([
      ["X", 1, "ONE"],
      ["x", 2, "two"],
      ["x", 3, "three"],
    ]);
  });

  it("a table without a key has no row that is meant: its rows are new", () => {
    db.execute("main", "CREATE TABLE n (name TEXT UNIQUE, v INT)");
    upsert("n", { name: "a", v: 1 });
    expect(codeOf(() => upsert("n", { name: "a", v: 2 }))).toBe("UNIQUE_VIOLATION");
    expect(all("n")).toEqual([["a", 1]]);
  });

  it("a row without its key, or with null for it, is new", () => {
    db.execute("main", "CREATE TABLE u (id INTEGER PRIMARY KEY, email TEXT UNIQUE)");
    expect(upsert("u", { email: "a@x" }, { id: null, email: "b@x" })).toMatchObject({ inserted: 2, ids: [1, 2] });
    expect(codeOf(() => upsert("u", { email: "a@x" }))).toBe("UNIQUE_VIOLATION");
  });

  it("the key alone changes nothing where the row exists, and makes no commit", () => {
    db.execute("main", "CREATE TABLE u (id INTEGER PRIMARY KEY, v DEFAULT 'new')");
    upsert("u", { id: 1, v: "old" });
    const { headScn } = db.info("main");
    expect(upsert("u", { id: 1 })).toMatchObject({ updated: 1, inserted: 0, changed: false });
    expect(db.info("main").headScn).toBe(headScn);
    expect(upsert("u", { id: 1 }, { id: 2 })).toMatchObject({ updated: 1, inserted: 1 });
    expect(all("u")).toEqual([
      [1, "old"],
      [2, "new"],
    ]);
  });
});

describe("on_conflict update: an existing row needs only what changes", () => {
  beforeEach(() => {
    db.execute("main", "CREATE TABLE d (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, n INT CHECK (n > 0))");
    upsert("d", { id: 1, title: "one", body: "first", n: 1 });
  });

  it("columns that are not given stay, NOT NULL without a default included", () => {
    expect(upsert("d", { id: 1, body: "second" })).toMatchObject({ updated: 1, ids: [1] });
    expect(all("d")).toEqual([[1, "one", "second", 1]]);
  });

  it("a new row still needs the rest, and constraints hold for both", () => {
    expect(codeOf(() => upsert("d", { id: 2, body: "second" }))).toBe("NOT_NULL_VIOLATION");
    expect(codeOf(() => upsert("d", { id: 1, title: null }))).toBe("NOT_NULL_VIOLATION");
    expect(codeOf(() => upsert("d", { id: 1, n: 0 }))).toBe("CHECK_VIOLATION");
    expect(codeOf(() => upsert("d", { id: 1, body: "x" }, { id: 2, body: "y" }))).toBe("NOT_NULL_VIOLATION");
    expect(all("d")).toEqual([[1, "one", "first", 1]]);
  });

  it("two rows of one request with one key are the second's, and the past knows what was before", () => {
    const { headScn } = db.info("main");
    expect(upsert("d", { id: 5, title: "a" }, { id: 5, title: "b" })).toMatchObject({ inserted: 1, updated: 1 });
    upsert("d", { id: 1, body: "later" });
    expect(all("d")).toEqual([
      [1, "one", "later", 1],
      [5, "b", null, null],
    ]);
    expect(db.at("main", "SELECT * FROM d", headScn)).toEqual([[1, "one", "first", 1]]);
  });
});
