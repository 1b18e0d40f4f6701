import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'c', 'd')");
});
afterEach(() => sides.dispose());

const state = (branch = "main") => sides.db.rows(branch, "SELECT * FROM t ORDER BY id");

describe("histories", () => {
  it("only the source changed (fast-forward)", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.source("DELETE FROM t WHERE id = 2");
    expect(sides.merge()).toMatchObject({ merged: 3, changed: true });
    expect(state()).toEqual([
      [1, "A", "b"],
      [3, "e", "f"],
    ]);
  });

  it("nothing new in the source", () => {
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    const { scn } = sides.db.query("main", "SELECT 1");
    expect(sides.db.merge("dev", "main", "manual")).toMatchObject({ merged: 0, changed: false, scn });
  });

  it("a source whose commits cancel out", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.source("UPDATE t SET a = 'a' WHERE id = 1", "DELETE FROM t WHERE id = 3");
    sides.target("UPDATE t SET a = 'x' WHERE id = 1", "INSERT INTO t VALUES (3, 'y', 'z')");
    expect(sides.merge().merged).toBe(0);
    expect(state()).toEqual([
      [1, "x", "b"],
      [2, "c", "d"],
      [3, "y", "z"],
    ]);
  });

  it("repeated merges bring only what is new", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.merge().merged).toBe(1);
    sides.target("UPDATE t SET a = 'later' WHERE id = 1");
    sides.source("UPDATE t SET b = 'B' WHERE id = 2");
    expect(sides.merge().merged).toBe(1);
    expect(sides.db.merge("dev", "main", "manual").merged).toBe(0);
    expect(state()).toEqual([
      [1, "later", "b"],
      [2, "c", "B"],
    ]);
  });

  it("merging both ways makes both sides equal", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    sides.target("UPDATE t SET b = 'B' WHERE id = 1");
    sides.db.merge("main", "dev", "manual");
    sides.db.merge("dev", "main", "manual");
    expect(state()).toEqual([
      [1, "A", "B"],
      [2, "c", "d"],
    ]);
    expect(state("dev")).toEqual(state());
  });

  it("criss-cross merges of changes that do not overlap", () => {
    const { db } = sides;
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 2");
    db.branch("dev-then", "dev");
    db.merge("main", "dev", "manual");
    db.merge("dev-then", "main", "manual");
    sides.source("UPDATE t SET b = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET b = 'main' WHERE id = 2");
    sides.merge();
    expect(state()).toEqual([
      [1, "dev", "dev"],
      [2, "main", "main"],
    ]);
  });

  it("criss-cross merges that settled one conflict differently", () => {
    const { db } = sides;
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1");
    db.branch("dev-then", "dev");
    db.merge("main", "dev", "target");
    db.merge("dev-then", "main", "target");
    expect(sides.conflicts()).toEqual([
      'update_update t:1: null | {"id":1,"a":"dev","b":"b"} | {"id":1,"a":"main","b":"b"}',
    ]);
  });

  it("criss-cross merges that settled one conflict the same way", () => {
    const { db } = sides;
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1");
    db.branch("dev-then", "dev");
    db.merge("main", "dev", "target");
    db.merge("dev-then", "main", "source");
    sides.target("UPDATE t SET b = 'B' WHERE id = 2");
    sides.merge();
    expect(state()).toEqual([
      [1, "dev", "b"],
      [2, "c", "B"],
    ]);
  });

  it("a branch of a branch, merged past its parent", () => {
    const { db } = sides;
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    db.branch("nested", "dev");
    db.execute("nested", "UPDATE t SET a = 'nested' WHERE id = 2");
    sides.source("UPDATE t SET b = 'dev' WHERE id = 2");
    db.merge("nested", "main", "manual");
    expect(state()).toEqual([
      [1, "dev", "b"],
      [2, "nested", "d"],
    ]);
    expect(sides.merge().merged).toBe(1);
    expect(state()[1]).toEqual([2, "nested", "dev"]);
  });

  it("a change that arrives by two paths", () => {
    const { db } = sides;
    sides.source("UPDATE t SET a = 'dev' WHERE id = 1");
    db.branch("x");
    db.branch("y");
    db.merge("dev", "x", "manual");
    db.merge("dev", "y", "manual");
    db.execute("x", "INSERT INTO t VALUES (3, 'x', 'x')");
    db.execute("y", "UPDATE t SET a = 'then y' WHERE id = 1");
    db.merge("x", "main", "manual");
    expect(db.merge("y", "main", "manual").merged).toBe(1);
    expect(state().map(([, a]) => a)).toEqual(["then y", "c", "x"]);
    expect(db.merge("dev", "main", "manual").changed).toBe(false);
  });

  it("reverted in the target after the merge", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    sides.target("UPDATE t SET a = 'a' WHERE id = 1");
    sides.source("UPDATE t SET b = 'B' WHERE id = 1");
    expect(sides.merge().merged).toBe(1);
    expect(state()[0]).toEqual([1, "a", "B"]);
  });

  it("every row deleted and put back unchanged", () => {
    sides.source("DELETE FROM t", "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'c', 'd')");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    expect(sides.merge().merged).toBe(0);
    expect(state()).toEqual([[1, "A", "b"]]);
  });

  it("an earlier state of the source restored over it", () => {
    const { scn } = sides.db.query("dev", "SELECT 1");
    sides.source("UPDATE t SET a = 'A', b = 'B'", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.merge();
    const before = sides.db.at("dev", "SELECT id, quote(a), quote(b) FROM t", scn);
    const rows = before.map((row) => `(${row.join(", ")})`).join(", ");
    sides.source("DELETE FROM t", `INSERT INTO t VALUES ${rows}`);
    sides.target("INSERT INTO t VALUES (4, 'g', 'h')");
    expect(sides.merge().merged).toBe(3);
    expect(state()).toEqual([
      [1, "a", "b"],
      [2, "c", "d"],
      [4, "g", "h"],
    ]);
  });

  it("a source that forks from the past", () => {
    const { db } = sides;
    const { scn } = db.query("main", "SELECT 1");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    db.branch("old", "main", { kind: "scn", scn });
    db.execute("old", "UPDATE t SET b = 'old' WHERE id = 1");
    expect(db.merge("old", "main", "manual").merged).toBe(1);
    expect(state()).toEqual([[1, "A", "old"]]);
  });

  it("one branch of schema changes merged into both sides", () => {
    const { db } = sides;
    db.branch("schema");
    sides.target("UPDATE t SET a = 'main' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    sides.source("INSERT INTO t VALUES (50, 'dev', NULL)");
    for (const column of ["n", "m"]) {
      db.execute("schema", `ALTER TABLE t ADD COLUMN ${column} INT`);
      db.merge("schema", "main", "manual");
      db.merge("schema", "dev", "manual");
      sides.target(`UPDATE t SET ${column} = 1 WHERE id = 1`);
      sides.source(`UPDATE t SET ${column} = 50 WHERE id = 50`);
    }
    sides.merge();
    expect(state()).toEqual([
      [1, "main", "b", 1, 1],
      [50, "dev", null, 50, 50],
    ]);
  });

  it("criss-cross merges of columns, one of them dropped since", () => {
    const { db } = sides;
    sides.source("ALTER TABLE t ADD COLUMN x DEFAULT 'x'");
    sides.target("ALTER TABLE t ADD COLUMN y DEFAULT 'y'");
    db.branch("dev-then", "dev");
    db.merge("main", "dev", "manual");
    db.merge("dev-then", "main", "manual");
    sides.source("ALTER TABLE t DROP COLUMN x");
    sides.target("UPDATE t SET y = 'Y' WHERE id = 1");
    sides.merge();
    expect(sides.rows("SELECT * FROM t WHERE id = 1")).toEqual([[1, "a", "b", "Y"]]);
  });

  it("criss-cross merges of columns, the table dropped since", () => {
    const { db } = sides;
    sides.source("ALTER TABLE t ADD COLUMN x");
    sides.target("ALTER TABLE t ADD COLUMN y");
    db.branch("dev-then", "dev");
    db.merge("main", "dev", "manual");
    db.merge("dev-then", "main", "manual");
    sides.source("DROP TABLE t");
    sides.target("CREATE TABLE u (a)");
    sides.merge();
    expect(db.read({ op: "listTables", request: { branch: "main" } }).map((table) => table.name)).toEqual(["u"]);
  });

  it("the source deleted by the merge", () => {
    sides.source("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.db.merge("dev", "main", "manual", { deleteSource: true })).toMatchObject({
      merged: 1,
      sourceDeleted: true,
    });
    sides.db.branch("dev");
    sides.target("UPDATE t SET a = 'later' WHERE id = 1");
    sides.source("UPDATE t SET b = 'B' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual([1, "later", "B"]);
  });
});
