import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 'a', 'b'), (2, 'c', 'd')");
});
afterEach(() => sides.dispose());

/** The rows as objects: the order of columns depends on which side had them first. */
const state = () => {
  const { columns, rows } = sides.db.query("main", "SELECT * FROM t ORDER BY id");
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, row[i]])));
};

describe("columns", () => {
  it("column added on one side", () => {
    sides.source("ALTER TABLE t ADD COLUMN c DEFAULT 'x'", "UPDATE t SET c = 'dev' WHERE id = 1");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.merge();
    expect(state()).toEqual([
      { id: 1, a: "A", b: "b", c: "dev" },
      { id: 2, a: "c", b: "d", c: "x" },
      { id: 3, a: "e", b: "f", c: "x" },
    ]);
  });

  it("column added on one side, the row deleted on the other", () => {
    sides.source("ALTER TABLE t ADD COLUMN c DEFAULT 'x'");
    sides.target("DELETE FROM t WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([{ id: 2, a: "c", b: "d", c: "x" }]);
  });

  it("column added and filled on one side, the row deleted on the other", () => {
    sides.source("ALTER TABLE t ADD COLUMN c", "UPDATE t SET c = 'dev' WHERE id = 1");
    sides.target("DELETE FROM t WHERE id = 1");
    expect(sides.conflicts()).toHaveLength(1);
  });

  it("different columns added on both sides", () => {
    sides.source(
      "ALTER TABLE t ADD COLUMN s",
      "UPDATE t SET s = 's' WHERE id = 1",
      "INSERT INTO t VALUES (3, 'e', 'f', 's')",
    );
    sides.target("ALTER TABLE t ADD COLUMN m DEFAULT 0", "UPDATE t SET m = 1 WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      { id: 1, a: "a", b: "b", s: "s", m: 1 },
      { id: 2, a: "c", b: "d", s: null, m: 0 },
      { id: 3, a: "e", b: "f", s: "s", m: 0 },
    ]);
  });

  it("different columns added on both sides, the same row inserted", () => {
    sides.source("ALTER TABLE t ADD COLUMN s", "INSERT INTO t VALUES (3, 'e', 'f', 's')");
    sides.target("ALTER TABLE t ADD COLUMN m", "INSERT INTO t VALUES (3, 'e', 'f', 'm')");
    sides.merge();
    expect(state()[2]).toEqual({ id: 3, a: "e", b: "f", s: "s", m: "m" });
  });

  it("same column added on both sides, equal values", () => {
    for (const side of ["source", "target"] as const) {
      sides[side]("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x'", "UPDATE t SET c = 'same' WHERE id = 1");
    }
    sides.merge();
    expect(state().map(({ c }) => c)).toEqual(["same", "x"]);
  });

  it("same column added on both sides, filled on one", () => {
    sides.source("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x'", "UPDATE t SET c = 'dev' WHERE id = 1");
    sides.target("ALTER TABLE t ADD COLUMN c TEXT DEFAULT 'x'", "INSERT INTO t VALUES (3, 'e', 'f', 'main')");
    sides.merge();
    expect(state().map(({ c }) => c)).toEqual(["dev", "x", "main"]);
  });

  it("same column added on three branches", () => {
    const { db } = sides;
    db.branch("third");
    for (const branch of ["main", "dev", "third"]) {
      db.execute(branch, "ALTER TABLE t ADD COLUMN c TEXT", `INSERT INTO t (a, c) VALUES ('${branch}', '${branch}')`);
      db.execute(branch, `UPDATE t SET id = ${branch.length * 10} WHERE id = 3`);
    }
    db.merge("dev", "main", "manual");
    db.merge("third", "dev", "manual");
    sides.merge();
    db.merge("dev", "third", "manual");
    expect(state().map(({ c }) => c)).toEqual([null, null, "dev", "main", "third"]);
    expect(sides.contents("third")).toEqual(sides.contents("main"));
    db.execute("third", "ALTER TABLE t RENAME COLUMN c TO renamed", "UPDATE t SET renamed = 'then' WHERE id = 1");
    db.merge("third", "main", "manual");
    expect(state()[0]).toEqual({ id: 1, a: "a", b: "b", renamed: "then" });
  });

  it("same column added on both sides, different values", () => {
    sides.source("ALTER TABLE t ADD COLUMN c TEXT", "UPDATE t SET c = 'dev' WHERE id = 1");
    sides.target("ALTER TABLE t ADD COLUMN c text", "UPDATE t SET c = 'main' WHERE id = 1");
    expect(sides.conflicts()).toEqual(['update_update t:1 c: null | "dev" | "main"']);
  });

  it("same column added on both sides, defined differently", () => {
    sides.source("ALTER TABLE t ADD COLUMN c TEXT");
    sides.target("ALTER TABLE t ADD COLUMN c INT");
    expect(sides.schemaConflict()).toMatch(/both sides added column c differently/);
  });

  it("column renamed on one side, written on the other", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO name");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.merge();
    expect(state()).toEqual([
      { id: 1, name: "A", b: "b" },
      { id: 2, name: "c", b: "d" },
      { id: 3, name: "e", b: "f" },
    ]);
  });

  it("different columns renamed on both sides", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO name", "UPDATE t SET name = 'A' WHERE id = 1");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note", "UPDATE t SET note = 'B' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual({ id: 1, name: "A", note: "B" });
  });

  it("column renamed the same way on both sides", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO name", "UPDATE t SET name = 'A' WHERE id = 1");
    sides.target("ALTER TABLE t RENAME COLUMN a TO name", "UPDATE t SET b = 'B' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual({ id: 1, name: "A", b: "B" });
  });

  it("column renamed differently on both sides", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO name");
    sides.target("ALTER TABLE t RENAME COLUMN a TO title");
    expect(sides.schemaConflict()).toMatch(/both sides renamed column a differently/);
  });

  it("names of two columns swapped", () => {
    sides.source(
      "ALTER TABLE t RENAME COLUMN a TO tmp",
      "ALTER TABLE t RENAME COLUMN b TO a",
      "ALTER TABLE t RENAME COLUMN tmp TO b",
    );
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual({ id: 1, b: "A", a: "b" });
  });

  it("column renamed to the name of a dropped one", () => {
    sides.source("ALTER TABLE t DROP COLUMN b", "ALTER TABLE t RENAME COLUMN a TO b");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual({ id: 1, b: "A" });
  });

  it("column dropped on one side, others written on the other", () => {
    sides.source("ALTER TABLE t DROP COLUMN b");
    sides.target(
      "UPDATE t SET a = 'A' WHERE id = 1",
      "INSERT INTO t VALUES (3, 'e', 'f')",
      "DELETE FROM t WHERE id = 2",
    );
    sides.merge();
    expect(state()).toEqual([
      { id: 1, a: "A" },
      { id: 3, a: "e" },
    ]);
  });

  it("column dropped on one side, written on the other", () => {
    sides.source("ALTER TABLE t DROP COLUMN b");
    sides.target("UPDATE t SET b = 'B' WHERE id = 1");
    expect(sides.schemaConflict()).toMatch(/one side dropped column b, and the other wrote to it/);
  });

  it("column dropped on both sides", () => {
    sides.source("ALTER TABLE t DROP COLUMN b", "UPDATE t SET a = 'A' WHERE id = 1");
    sides.target("ALTER TABLE t DROP COLUMN b", "INSERT INTO t VALUES (3, 'e')");
    sides.merge();
    expect(state()).toEqual([
      { id: 1, a: "A" },
      { id: 2, a: "c" },
      { id: 3, a: "e" },
    ]);
  });

  it("column dropped on one side, renamed on the other", () => {
    sides.source("ALTER TABLE t DROP COLUMN b");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    expect(sides.schemaConflict()).toMatch(/one side dropped column b/);
  });

  it("column dropped and added again under the same name", () => {
    sides.source("ALTER TABLE t DROP COLUMN b", "ALTER TABLE t ADD COLUMN b INT DEFAULT 7");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      { id: 1, a: "A", b: 7 },
      { id: 2, a: "c", b: 7 },
    ]);
  });

  it("column dropped together with its index", () => {
    sides.target("CREATE INDEX t_b ON t (b)");
    sides.merge();
    sides.source("DROP INDEX t_b", "ALTER TABLE t DROP COLUMN b");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state()[0]).toEqual({ id: 1, a: "A" });
  });

  it("column dropped after a view was changed not to name it", () => {
    sides.target("CREATE VIEW v AS SELECT a, b FROM t");
    sides.merge();
    sides.source("DROP VIEW v", "ALTER TABLE t DROP COLUMN b", "CREATE VIEW v AS SELECT a FROM t");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(sides.rows("SELECT * FROM v ORDER BY 1")).toEqual([["A"], ["c"]]);
  });

  it("generated column added on one side", () => {
    sides.source("ALTER TABLE t ADD COLUMN ab AS (a || b)");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "INSERT INTO t VALUES (3, 'e', 'f')");
    sides.merge();
    expect(state().map(({ ab }) => ab)).toEqual(["Ab", "cd", "ef"]);
  });

  it("generated column whose two inputs changed on both sides", () => {
    sides.target("CREATE TABLE g (id INTEGER PRIMARY KEY, x, y, s AS (x + y) STORED, v AS (x * y))");
    sides.target("INSERT INTO g (id, x, y) VALUES (1, 2, 3)");
    sides.merge();
    sides.source("UPDATE g SET x = 20");
    sides.target("UPDATE g SET y = 30");
    sides.merge();
    expect(sides.rows("SELECT * FROM g")).toEqual([[1, 20, 30, 50, 600]]);
  });
});
