import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'c', 'd')");
});
afterEach(() => sides.dispose());

const state = () => sides.rows("SELECT * FROM t ORDER BY id");

/** Two conflicts in different rows, and in the first row a change of the target's that nobody disputes. */
function dispute(): void {
  sides.source("UPDATE t SET a = 'dev' WHERE id = 1", "DELETE FROM t WHERE id = 2");
  sides.target("UPDATE t SET a = 'main', b = 'B' WHERE id = 1", "UPDATE t SET a = 'main' WHERE id = 2");
}

describe("strategies", () => {
  it("auto: the newer write wins, on the target", () => {
    dispute();
    expect(sides.resolve("auto")).toEqual([0, 2]);
    expect(state()).toEqual([
      [1, "main", "B"],
      [2, "main", "d"],
    ]);
  });

  it("auto: the newer write wins, on the source", () => {
    dispute();
    sides.source("UPDATE t SET a = 'newer' WHERE id = 1");
    expect(sides.resolve("auto")).toEqual([0, 2]);
    expect(state()).toEqual([
      [1, "newer", "B"],
      [2, "main", "d"],
    ]);
  });

  it("auto: a newer write that leaves the values as they were", () => {
    dispute();
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    expect(sides.resolve("auto")).toEqual([0, 2]);
    expect(state()).toEqual([
      [1, "dev", "B"],
      [2, "main", "d"],
    ]);
  });

  it("auto: a row that a statement ignored", () => {
    dispute();
    sides.source("INSERT OR IGNORE INTO t VALUES (1, 'dev', 'b')");
    expect(sides.resolve("auto")).toEqual([0, 2]);
    expect(state()).toEqual([
      [1, "main", "B"],
      [2, "main", "d"],
    ]);
  });

  it("source: its value in every conflict", () => {
    dispute();
    expect(sides.resolve("source")).toEqual([0, 2]);
    expect(state()).toEqual([[1, "dev", "B"]]);
  });

  it("target: its value in every conflict", () => {
    dispute();
    sides.source("INSERT INTO t VALUES (3, 'e', 'f')");
    expect(sides.resolve("target")).toEqual([1, 2]);
    expect(state()).toEqual([
      [1, "main", "B"],
      [2, "main", "d"],
      [3, "e", "f"],
    ]);
  });

  it("manual: nothing is merged, every conflict listed", () => {
    dispute();
    expect(sides.conflicts()).toEqual([
      'update_update t:1 a: "a" | "dev" | "main"',
      'delete_update t:2: {"id":2,"a":"c","b":"d"} | null | {"id":2,"a":"main","b":"d"}',
    ]);
  });

  it("abort: nothing is merged, the first conflict named", () => {
    dispute();
    const before = state();
    try {
      sides.db.merge("dev", "main", "abort");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "MERGE_CONFLICT", data: { conflict_count: 2 }, conflicts: [{ rowId: "1" }] });
    }
    expect(state()).toEqual(before);
  });

  it("a resolved conflict does not come back", () => {
    dispute();
    sides.resolve("target");
    expect(sides.merge().merged).toBe(0);
    sides.source("UPDATE t SET b = 'dev' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual([1, "main", "dev"]);
  });

  it("a dry run changes nothing", () => {
    dispute();
    const before = sides.contents("main");
    const { scn } = sides.db.query("main", "SELECT 1");
    const result = sides.db.merge("dev", "main", "source", { dryRun: true });
    expect(result).toMatchObject({ dryRun: true, changed: false, conflictCount: 2, scn });
    expect(sides.contents("main")).toEqual(before);
  });
});
