import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
});
afterEach(() => sides.dispose());

const NUMBERED = ["CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')"];
const NAMED = [
  "CREATE TABLE t (name TEXT PRIMARY KEY COLLATE NOCASE, a)",
  "INSERT INTO t VALUES ('ann', 1), ('bob', 2)",
];
const state = () => sides.rows("SELECT * FROM t ORDER BY 1, 2");

describe("keys", () => {
  it("key changed on one side", () => {
    sides.base(...NUMBERED);
    sides.source("UPDATE t SET id = 10 WHERE id = 1");
    sides.target("UPDATE t SET a = 'B' WHERE id = 2");
    expect(sides.merge().merged).toBe(2);
    expect(state()).toEqual([
      [2, "B"],
      [10, "a"],
    ]);
  });

  it("key changed on one side, the row updated on the other", () => {
    sides.base(...NUMBERED);
    sides.source("UPDATE t SET id = 10 WHERE id = 1");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.conflicts()).toEqual(['delete_update t:1: {"id":1,"a":"a"} | null | {"id":1,"a":"A"}']);
  });

  it("key changed to different ones on both sides", () => {
    sides.base(...NUMBERED);
    sides.source("UPDATE t SET id = 10 WHERE id = 1");
    sides.target("UPDATE t SET id = 20 WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      [2, "b"],
      [10, "a"],
      [20, "a"],
    ]);
  });

  it("keys of two rows swapped", () => {
    sides.base(...NUMBERED);
    sides.source("UPDATE t SET id = CASE id WHEN 1 THEN 102 ELSE 101 END", "UPDATE t SET id = id - 100");
    sides.target("INSERT INTO t VALUES (3, 'c')");
    sides.merge();
    expect(state()).toEqual([
      [1, "b"],
      [2, "a"],
      [3, "c"],
    ]);
  });

  it("composite keys without a rowid", () => {
    sides.base(
      "CREATE TABLE t (x INT, y TEXT, a, PRIMARY KEY (x, y)) WITHOUT ROWID",
      "INSERT INTO t VALUES (1, 'p', 1), (1, 'q', 2)",
    );
    sides.source("UPDATE t SET a = 10 WHERE y = 'p'", "INSERT INTO t VALUES (2, 'p', 3)");
    sides.target("DELETE FROM t WHERE y = 'q'", "INSERT INTO t VALUES (2, 'q', 4)");
    sides.merge();
    expect(state()).toEqual([
      [1, "p", 10],
      [2, "p", 3],
      [2, "q", 4],
    ]);
    sides.source("UPDATE t SET a = 'dev' WHERE x = 1");
    sides.target("UPDATE t SET a = 'main' WHERE x = 1");
    expect(sides.conflicts()).toEqual(['update_update t:[1,"p"] a: 10 | "dev" | "main"']);
  });

  it("NOCASE key written differently on one side", () => {
    sides.base(...NAMED);
    sides.source("UPDATE t SET name = 'ANN' WHERE name = 'ann'");
    sides.target("UPDATE t SET a = 10 WHERE name = 'ann'");
    expect(sides.merge().merged).toBe(1);
    expect(state()).toEqual([
      ["ANN", 10],
      ["bob", 2],
    ]);
  });

  it("NOCASE key inserted in two spellings", () => {
    sides.base(...NAMED);
    sides.source("INSERT INTO t VALUES ('cid', 1)");
    sides.target("INSERT INTO t VALUES ('CID', 1)");
    expect(sides.conflicts()).toEqual(['insert_insert t:cid: null | {"name":"cid","a":1} | {"name":"CID","a":1}']);
  });

  it("NULL in a key", () => {
    sides.base("CREATE TABLE t (name TEXT PRIMARY KEY, a)", "INSERT INTO t VALUES (NULL, 1), (NULL, 1), ('k', 1)");
    sides.source("INSERT INTO t VALUES (NULL, 2)", "UPDATE t SET a = 5 WHERE name = 'k'");
    sides.target("DELETE FROM t WHERE rowid = 1", "INSERT INTO t VALUES (NULL, 3)");
    sides.merge();
    expect(state()).toEqual([
      [null, 1],
      [null, 2],
      [null, 3],
      ["k", 5],
    ]);
  });

  it("rowids assigned on both sides under a text key", () => {
    sides.base(...NAMED);
    sides.source("INSERT INTO t VALUES ('dev', 1)");
    sides.target("INSERT INTO t VALUES ('main', 1)");
    expect(sides.merge().merged).toBe(1);
    expect(state().map(([name]) => name)).toEqual(["ann", "bob", "dev", "main"]);
  });

  it("ids assigned on both sides", () => {
    sides.base(...NUMBERED);
    sides.source("INSERT INTO t (a) VALUES ('dev')");
    sides.target("INSERT INTO t (a) VALUES ('main')");
    expect(sides.conflicts()).toEqual(['insert_insert t:3: null | {"id":3,"a":"dev"} | {"id":3,"a":"main"}']);
  });

  it("AUTOINCREMENT ids assigned on both sides", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", "INSERT INTO t (a) VALUES ('a')");
    sides.source("INSERT INTO t (a) VALUES ('dev')");
    sides.target("INSERT INTO t (a) VALUES ('main')");
    expect(sides.conflicts()).toEqual(['insert_insert t:2: null | {"id":2,"a":"dev"} | {"id":2,"a":"main"}']);
  });

  it("AUTOINCREMENT continues above what was merged", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", "INSERT INTO t (a) VALUES ('a')");
    sides.source("INSERT INTO t VALUES (50, 'dev')", "DELETE FROM t WHERE id = 1");
    sides.target("INSERT INTO t (a) VALUES ('main')");
    sides.merge();
    expect(sides.db.insert("main", "t", [{ a: "next" }]).ids).toEqual([51]);
  });

  it("AUTOINCREMENT ids used and freed on the source", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", "INSERT INTO t (a) VALUES ('a')");
    sides.source("INSERT INTO t VALUES (50, 'dev')", "INSERT INTO t VALUES (20, 'kept')");
    sides.source("DELETE FROM t WHERE id = 50");
    sides.db.merge("dev", "main", "manual");
    expect(sides.db.insert("main", "t", [{ a: "next" }]).ids).toEqual([21]);
    expect(sides.db.insert("dev", "t", [{ a: "next" }]).ids).toEqual([51]);
  });
});
