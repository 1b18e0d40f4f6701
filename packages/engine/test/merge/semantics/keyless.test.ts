import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (a, b)", "INSERT INTO t VALUES ('x', 1), ('x', 1), ('y', 2)");
});
afterEach(() => sides.dispose());

const state = () => sides.rows("SELECT * FROM t ORDER BY 1, 2");

describe("tables without a key", () => {
  it("rows without a key added on both sides", () => {
    sides.source("INSERT INTO t VALUES ('dev', 1)");
    sides.target("INSERT INTO t VALUES ('main', 1)");
    expect(sides.merge().merged).toBe(1);
    expect(state().map(([a]) => a)).toEqual(["dev", "main", "x", "x", "y"]);
  });

  it("equal rows without a key added on both sides", () => {
    sides.source("INSERT INTO t VALUES ('new', 1)");
    sides.target("INSERT INTO t VALUES ('new', 1)");
    sides.merge();
    expect(state().map(([a]) => a)).toEqual(["new", "new", "x", "x", "y"]);
    expect(sides.db.merge("dev", "main", "manual").merged).toBe(0);
  });

  it("one of several equal rows deleted on one side", () => {
    sides.source("DELETE FROM t WHERE rowid = 1");
    sides.target("INSERT INTO t VALUES ('x', 1)");
    sides.merge();
    expect(state().map(([a]) => a)).toEqual(["x", "x", "y"]);
  });

  it("equal rows without a key deleted on both sides", () => {
    sides.source("DELETE FROM t WHERE rowid = 1");
    sides.target("DELETE FROM t WHERE rowid = 2");
    sides.merge();
    expect(state().map(([a]) => a)).toEqual(["y"]);
  });

  it("row without a key updated on one side", () => {
    sides.source("UPDATE t SET b = 20 WHERE a = 'y'");
    sides.target("DELETE FROM t WHERE rowid = 1");
    sides.merge();
    expect(state()).toEqual([
      ["x", 1],
      ["y", 20],
    ]);
  });

  it("row without a key updated on both sides", () => {
    sides.source("UPDATE t SET b = 20 WHERE a = 'y'");
    sides.target("UPDATE t SET b = 30 WHERE a = 'y'");
    sides.merge();
    expect(state().slice(2)).toEqual([
      ["y", 20],
      ["y", 30],
    ]);
  });

  it("column added and filled in rows without a key", () => {
    sides.source("ALTER TABLE t ADD COLUMN c DEFAULT 'none'", "UPDATE t SET c = 'dev' WHERE a = 'y'");
    sides.source("INSERT INTO t VALUES ('dev', 1, 'dev')");
    sides.target("INSERT INTO t VALUES ('main', 1)");
    sides.merge();
    expect(state()).toEqual([
      ["dev", 1, "dev"],
      ["main", 1, "none"],
      ["x", 1, "none"],
      ["x", 1, "none"],
      ["y", 2, "dev"],
    ]);
  });

  it("column dropped from rows without a key", () => {
    sides.source("ALTER TABLE t DROP COLUMN b");
    sides.target("INSERT INTO t VALUES ('main', 1)", "DELETE FROM t WHERE rowid = 1");
    sides.merge();
    expect(sides.rows("SELECT * FROM t ORDER BY 1")).toEqual([["main"], ["x"], ["y"]]);
  });

  it("column added and filled on both sides in rows without a key", () => {
    sides.source("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 5", "UPDATE t SET c = 'dev' WHERE a = 'y'");
    sides.target("ALTER TABLE t ADD COLUMN d DEFAULT 1.5", "INSERT INTO t VALUES ('main', 1, 'd')");
    sides.merge();
    expect(sides.rows("SELECT a, c, d FROM t ORDER BY 1, 2, 3")).toEqual([
      ["main", "5", "d"],
      ["x", "5", 1.5],
      ["x", "5", 1.5],
      ["y", "dev", 1.5],
    ]);
  });
});
