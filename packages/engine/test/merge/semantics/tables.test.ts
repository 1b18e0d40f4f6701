import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../../support/test-database.js";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'a'), (2, 'b')");
});
afterEach(() => sides.dispose());

const state = (table = "t") => sides.rows(`SELECT * FROM ${table} ORDER BY id`);
const tables = () => sides.db.read({ op: "listTables", request: { branch: "main" } }).map((table) => table.name);

/** How SQLite's documentation tells people to change what ALTER TABLE can't. */
const REBUILD = [
  "CREATE TABLE t_new (id INTEGER PRIMARY KEY, a TEXT NOT NULL)",
  "INSERT INTO t_new SELECT id, a FROM t",
  "DROP TABLE t",
  "ALTER TABLE t_new RENAME TO t",
];

describe("tables", () => {
  it("table added on one side", () => {
    sides.source("CREATE TABLE n (id INTEGER PRIMARY KEY, a)", "INSERT INTO n VALUES (1, 'n')");
    sides.source("CREATE TABLE loose (a)", "INSERT INTO loose VALUES (1), (1)");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state("n")).toEqual([[1, "n"]]);
    expect(sides.rows("SELECT * FROM loose")).toEqual([[1], [1]]);
  });

  it("same table added on both sides", () => {
    sides.source("CREATE TABLE n (id INTEGER PRIMARY KEY, a)", "INSERT INTO n VALUES (1, 'same'), (2, 'dev')");
    sides.target("create table n (id integer primary key, a)", "INSERT INTO n VALUES (1, 'same'), (3, 'main')");
    sides.merge();
    expect(state("n")).toEqual([
      [1, "same"],
      [2, "dev"],
      [3, "main"],
    ]);
    sides.source("UPDATE n SET a = 'dev' WHERE id = 1");
    sides.target("UPDATE n SET a = 'main' WHERE id = 3");
    sides.merge();
    expect(state("n").map(([, a]) => a)).toEqual(["dev", "dev", "main"]);
  });

  it("same table added on both sides, then altered on each", () => {
    for (const side of ["source", "target"] as const) sides[side]("CREATE TABLE n (id INTEGER PRIMARY KEY, a, b)");
    sides.source("INSERT INTO n VALUES (1, 'a', 'b')");
    sides.merge();
    sides.source("ALTER TABLE n RENAME COLUMN a TO name", "ALTER TABLE n ADD COLUMN s DEFAULT 's'");
    sides.target("ALTER TABLE n RENAME TO named", "ALTER TABLE named DROP COLUMN b", "UPDATE named SET a = 'A'");
    sides.merge();
    expect(state("named")).toEqual([[1, "A", "s"]]);
    sides.source("DROP TABLE named");
    sides.merge();
    expect(tables()).toEqual(["t"]);
  });

  it("same table added on both sides, one key with different values", () => {
    sides.source("CREATE TABLE n (id INTEGER PRIMARY KEY, a)", "INSERT INTO n VALUES (1, 'dev')");
    sides.target("CREATE TABLE n (id INTEGER PRIMARY KEY, a)", "INSERT INTO n VALUES (1, 'main')");
    expect(sides.conflicts()).toEqual(['insert_insert n:1: null | {"id":1,"a":"dev"} | {"id":1,"a":"main"}']);
  });

  it("tables of the same name added differently", () => {
    sides.source("CREATE TABLE n (id INTEGER PRIMARY KEY, a)");
    sides.target("CREATE TABLE n (id INTEGER PRIMARY KEY, b)");
    expect(sides.schemaConflict()).toMatch(/both sides created different tables with this name/);
  });

  it("table dropped on one side", () => {
    sides.source("DROP TABLE t");
    sides.target("CREATE TABLE n (id INTEGER PRIMARY KEY)");
    sides.merge();
    expect(tables()).toEqual(["n"]);
  });

  it("table dropped on one side, its rows written on the other", () => {
    sides.source("DROP TABLE t");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    expect(sides.schemaConflict()).toMatch(/dropped this table/);
  });

  it("table dropped on one side, altered on the other", () => {
    sides.source("DROP TABLE t");
    sides.target("ALTER TABLE t ADD COLUMN b");
    expect(sides.schemaConflict()).toMatch(/dropped this table/);
  });

  it("table dropped on both sides", () => {
    sides.source("DROP TABLE t", "CREATE TABLE s (id INTEGER PRIMARY KEY)");
    sides.target("DROP TABLE t");
    sides.merge();
    expect(tables()).toEqual(["s"]);
  });

  it("table dropped on one side, brought back by a restore on the other", () => {
    const { scn } = sides.db.query("dev", "SELECT 1");
    sides.target("DROP TABLE t");
    sides.db.merge("main", "dev", "manual");
    sides.db.restore("dev", { kind: "scn", scn });
    expect(sides.merge().merged).toBe(2);
    expect(state()).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("table of a schema conflict kept by one side, merged back", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO kept");
    sides.target(
      "ALTER TABLE t RENAME COLUMN a TO other",
      "UPDATE t SET other = 'other'",
      "DELETE FROM t WHERE id = 1",
    );
    sides.db.merge("main", "dev", "manual", { resolutions: [{ table: "t", use: "target" }] });
    sides.merge();
    expect(sides.rows("SELECT id, kept FROM t ORDER BY 1")).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
  });

  it("table dropped on one side, another one refers to it since", () => {
    sides.source("DROP TABLE t");
    sides.target("CREATE TABLE c (id INTEGER PRIMARY KEY, t REFERENCES t)", "INSERT INTO c VALUES (1, 1)");
    expect(sides.schemaConflict()).toMatch(/references t, which the source dropped/);
  });

  it("table renamed on one side, written on the other", () => {
    sides.source("ALTER TABLE t RENAME TO u", "UPDATE u SET a = 'U' WHERE id = 2");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1", "ALTER TABLE t ADD COLUMN n DEFAULT 0");
    sides.merge();
    expect(state("u")).toEqual([
      [1, "A", 0],
      [2, "U", 0],
    ]);
    expect(tables()).toEqual(["u"]);
  });

  it("table renamed differently on both sides", () => {
    sides.source("ALTER TABLE t RENAME TO u");
    sides.target("ALTER TABLE t RENAME TO v");
    expect(sides.schemaConflict()).toMatch(/on the source and to .* on the target/);
  });

  it("table renamed on one side, dropped on the other", () => {
    sides.source("ALTER TABLE t RENAME TO u");
    sides.target("DROP TABLE t");
    expect(sides.schemaConflict()).toMatch(/dropped this table/);
  });

  it("table that refers to one that the other side renamed", () => {
    sides.source("CREATE TABLE c (id INTEGER PRIMARY KEY, t REFERENCES t)", "INSERT INTO c VALUES (1, 1)");
    sides.target("ALTER TABLE t RENAME TO u");
    sides.merge();
    expect(sides.rows("SELECT u.a FROM c JOIN u ON u.id = c.t")).toEqual([["a"]]);
    expect(codeOf(() => sides.target("INSERT INTO c VALUES (2, 9)"))).toBe("FOREIGN_KEY_VIOLATION");
  });

  it("names of two tables swapped", () => {
    sides.target("CREATE TABLE s (id INTEGER PRIMARY KEY, b)", "INSERT INTO s VALUES (1, 's')");
    sides.merge();
    sides.source("ALTER TABLE t RENAME TO tmp", "ALTER TABLE s RENAME TO t", "ALTER TABLE tmp RENAME TO s");
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state("s")[0]).toEqual([1, "A"]);
    expect(state("t")).toEqual([[1, "s"]]);
  });

  it("table rebuilt with a constraint on one side", () => {
    sides.source(...REBUILD);
    sides.target("CREATE TABLE n (id INTEGER PRIMARY KEY)");
    sides.merge();
    expect(state()).toEqual([
      [1, "a"],
      [2, "b"],
    ]);
    expect(sides.db.read({ op: "listTables", request: { branch: "main" } })[1]!.columns[1]!.nullable).toBe(false);
  });

  it("table rebuilt on one side, written on the other", () => {
    sides.source(...REBUILD);
    sides.target("UPDATE t SET a = 'A' WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      [1, "A"],
      [2, "b"],
    ]);
    expect(sides.db.read({ op: "listTables", request: { branch: "main" } })[0]!.columns[1]!.nullable).toBe(false);
  });

  it("table rebuilt the same way on both sides", () => {
    sides.source(...REBUILD, "UPDATE t SET a = 'dev' WHERE id = 1", "DELETE FROM t WHERE id = 2");
    sides.target(...REBUILD, "INSERT INTO t VALUES (3, 'c')");
    sides.merge();
    expect(state()).toEqual([
      [1, "dev"],
      [3, "c"],
    ]);
  });

  it("table rebuilt with another key", () => {
    sides.source(
      "CREATE TABLE t_new (id TEXT PRIMARY KEY, a) WITHOUT ROWID",
      "INSERT INTO t_new SELECT 'k' || id, a FROM t",
      "DROP TABLE t",
      "ALTER TABLE t_new RENAME TO t",
    );
    sides.merge();
    expect(state()).toEqual([
      ["k1", "a"],
      ["k2", "b"],
    ]);
    sides.target("UPDATE t SET a = 'A' WHERE id = 'k1'");
    sides.source("INSERT INTO t VALUES ('k3', 'c')");
    sides.merge();
    expect(state().map(([, a]) => a)).toEqual(["A", "b", "c"]);
  });
});
