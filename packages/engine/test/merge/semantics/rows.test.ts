import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'c', 'd')");
});
afterEach(() => sides.dispose());

const state = () => sides.rows("SELECT * FROM t ORDER BY id");
const kinds = () => sides.rows("SELECT id, typeof(a), quote(a) FROM t ORDER BY id");

describe("rows", () => {
  it("row inserted on one side", () => {
    sides.source("INSERT INTO t VALUES (3, 'e', 'f')");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.merge().merged).toBe(1);
    expect(state()).toEqual([
      [1, "A", "b"],
      [2, "c", "d"],
      [3, "e", "f"],
    ]);
  });

  it("row updated on one side", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    sides.target("UPDATE t SET a = 'C' WHERE id = 2");
    expect(sides.merge().merged).toBe(1);
    expect(state()).toEqual([
      [1, "A", "b"],
      [2, "C", "d"],
    ]);
  });

  it("row deleted on one side", () => {
    sides.source("DELETE FROM t WHERE id = 1");
    sides.target("UPDATE t SET a = 'C' WHERE id = 2");
    expect(sides.merge().merged).toBe(1);
    expect(state()).toEqual([[2, "C", "d"]]);
  });

  it("same change on both sides", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.merge().merged).toBe(0);
    expect(state()[0]).toEqual([1, "A", "b"]);
  });

  it("different columns of one row", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    sides.target("UPDATE t SET b = 'B' WHERE id = 1");
    expect(sides.merge().merged).toBe(1);
    expect(state()[0]).toEqual([1, "A", "B"]);
  });

  it("same column, different values", () => {
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1");
    expect(sides.conflicts()).toEqual(['update_update t:1 a: "a" | "dev" | "main"']);
  });

  it("one column agreed on, one in dispute", () => {
    sides.source("UPDATE t SET a = 'A', b = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'A', b = 'main' WHERE id = 1");
    expect(sides.conflicts()).toEqual(['update_update t:1 b: "b" | "dev" | "main"']);
  });

  it("NULL on one side, a value on the other", () => {
    sides.source("UPDATE t SET a = NULL WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1");
    expect(sides.conflicts()).toEqual(['update_update t:1 a: "a" | null | "main"']);
  });

  it("updated on the source, deleted on the target", () => {
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    sides.target("DELETE FROM t WHERE id = 1");
    expect(sides.conflicts()).toEqual([
      'update_delete t:1: {"id":1,"a":"a","b":"b"} | {"id":1,"a":"dev","b":"b"} | null',
    ]);
  });

  it("deleted on the source, updated on the target", () => {
    sides.source("DELETE FROM t WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1");
    expect(sides.conflicts()).toEqual([
      'delete_update t:1: {"id":1,"a":"a","b":"b"} | null | {"id":1,"a":"main","b":"b"}',
    ]);
  });

  it("deleted on both sides", () => {
    sides.source("DELETE FROM t WHERE id = 1");
    sides.target("DELETE FROM t");
    expect(sides.merge().merged).toBe(0);
    expect(state()).toEqual([]);
  });

  it("deleted and inserted again on one side with other values", () => {
    sides.source("DELETE FROM t WHERE id = 1", "INSERT INTO t VALUES (1, 'new', 'b')");
    sides.target("UPDATE t SET b = 'B' WHERE id = 1");
    expect(sides.merge().merged).toBe(1);
    expect(state()[0]).toEqual([1, "new", "B"]);
  });

  it("same key inserted on both sides, equal", () => {
    sides.source("INSERT INTO t VALUES (3, 'e', 'f')");
    sides.target("INSERT INTO t VALUES (3, 'e', 'f')");
    expect(sides.merge().merged).toBe(0);
    expect(state()).toHaveLength(3);
  });

  it("same key inserted on both sides, different", () => {
    sides.source("INSERT INTO t VALUES (3, 'e', 'dev')");
    sides.target("INSERT INTO t VALUES (3, 'e', 'main')");
    expect(sides.conflicts()).toEqual([
      'insert_insert t:3: null | {"id":3,"a":"e","b":"dev"} | {"id":3,"a":"e","b":"main"}',
    ]);
  });

  it("only the type of a value changed", () => {
    sides.target("INSERT INTO t VALUES (5, 1, 1)");
    sides.merge();
    sides.source("UPDATE t SET a = 1.0 WHERE id = 5");
    sides.target("UPDATE t SET b = 2 WHERE id = 5");
    expect(sides.merge().merged).toBe(1);
    expect(kinds()[2]).toEqual([5, "real", "1.0"]);
  });

  it("type changed on one side, value on the other", () => {
    sides.target("INSERT INTO t VALUES (5, 1, 1)");
    sides.merge();
    sides.source("UPDATE t SET a = '1' WHERE id = 5");
    sides.target("UPDATE t SET a = 2 WHERE id = 5");
    expect(sides.conflicts()).toEqual(['update_update t:5 a: 1 | "1" | 2']);
  });

  it("integers beyond the precision of a double", () => {
    sides.source("INSERT INTO t VALUES (5, 9007199254740993, 1)");
    sides.merge();
    sides.source("UPDATE t SET a = 9223372036854775807 WHERE id = 5");
    sides.target("UPDATE t SET b = 2 WHERE id = 5");
    sides.merge();
    expect(kinds()[2]).toEqual([5, "integer", "9223372036854775807"]);
    sides.source("UPDATE t SET a = 9007199254740993 WHERE id = 5");
    sides.target("UPDATE t SET a = 9007199254740992 WHERE id = 5");
    expect(sides.conflicts()).toHaveLength(1);
  });

  it("blobs compared byte by byte", () => {
    sides.target("INSERT INTO t VALUES (5, x'00ff', 1), (6, x'00ff', 1)");
    sides.merge();
    sides.source("UPDATE t SET a = x'00ff00' WHERE id = 5", "UPDATE t SET a = x'01' WHERE id = 6");
    sides.target("UPDATE t SET a = x'00ff00' WHERE id = 5", "UPDATE t SET a = x'02' WHERE id = 6");
    expect(sides.conflicts()).toEqual(['update_update t:6 a: "AP8=" | "AQ==" | "Ag=="']);
  });

  it("text that differs in case only", () => {
    sides.source("CREATE TABLE words (id INTEGER PRIMARY KEY, w TEXT COLLATE NOCASE, n)");
    sides.source("INSERT INTO words VALUES (1, 'word', 1)");
    sides.merge();
    sides.source("UPDATE words SET w = 'WORD'");
    sides.target("UPDATE words SET n = 2");
    sides.merge();
    expect(sides.rows("SELECT * FROM words")).toEqual([[1, "WORD", 2]]);
  });
});
