import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
  sides.base(
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)",
    "INSERT INTO t VALUES (1, 'a', 'b')",
    "CREATE TABLE seen (what)",
    "CREATE INDEX t_a ON t (a)",
    "CREATE VIEW v AS SELECT a FROM t",
    "CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO seen VALUES ('old trigger'); END",
  );
});
afterEach(() => sides.dispose());

const names = () => (sides.contents("main").objects as string[][]).map(([, name]) => name);
const seen = () => sides.rows("SELECT what FROM seen ORDER BY 1").flat();
const TRIGGER = (text: string) => `CREATE TRIGGER tr AFTER UPDATE ON t BEGIN INSERT INTO seen VALUES ('${text}'); END`;

describe("indexes", () => {
  it("indexes added on both sides", () => {
    sides.source("CREATE INDEX s ON t (b)");
    sides.target("CREATE INDEX m ON t (a, b)");
    sides.merge();
    expect(names()).toEqual(["m", "s", "t_a", "tr", "v"]);
  });

  it("same index added on both sides", () => {
    sides.source("CREATE INDEX s ON t (b)");
    sides.target("create index s on t (b)");
    sides.merge();
    expect(names()).toEqual(["s", "t_a", "tr", "v"]);
  });

  it("indexes of the same name added differently", () => {
    sides.source("CREATE INDEX s ON t (b)");
    sides.target("CREATE INDEX s ON t (b DESC)");
    expect(sides.schemaConflict()).toMatch(/both sides changed this index differently/);
  });

  it("index dropped on one side, rows written on the other", () => {
    sides.source("DROP INDEX t_a");
    sides.target("UPDATE t SET a = 'A'");
    sides.merge();
    expect(names()).toEqual(["tr", "v"]);
  });

  it("index dropped on one side, changed on the other", () => {
    sides.source("DROP INDEX t_a");
    sides.target("DROP INDEX t_a", "CREATE INDEX t_a ON t (a, b)");
    expect(sides.schemaConflict()).toMatch(/both sides changed this index differently/);
  });

  it("index on a column that the other side renamed", () => {
    sides.source("CREATE INDEX s ON t (b)");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    sides.merge();
    expect(names()).toEqual(["s", "t_a", "tr", "v"]);
  });

  it("columns of one index renamed on both sides", () => {
    sides.target("CREATE INDEX ab ON t (a, b)");
    sides.merge();
    sides.source("ALTER TABLE t RENAME COLUMN a TO name");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    sides.merge();
    expect(sides.rows("SELECT name FROM pragma_index_info('ab')")).toEqual([["name"], ["note"]]);
  });
});

describe("views", () => {
  it("view added on one side, column added on the other", () => {
    sides.source("CREATE VIEW w AS SELECT a FROM t");
    sides.target("ALTER TABLE t ADD COLUMN c");
    sides.merge();
    expect(sides.rows("SELECT * FROM w")).toEqual([["a"]]);
  });

  it("view changed on one side", () => {
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a, b FROM t");
    sides.target("UPDATE t SET b = 'B'");
    sides.merge();
    expect(sides.rows("SELECT * FROM v")).toEqual([["a", "B"]]);
  });

  it("view changed the same way on both sides", () => {
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT b FROM t");
    sides.target("DROP VIEW v", "CREATE VIEW v AS SELECT b FROM t");
    sides.merge();
    expect(sides.rows("SELECT * FROM v")).toEqual([["b"]]);
  });

  it("view changed differently on both sides", () => {
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT b FROM t");
    sides.target("DROP VIEW v", "CREATE VIEW v AS SELECT id FROM t");
    expect(sides.schemaConflict()).toMatch(/both sides changed this view differently/);
  });

  it("view dropped on one side, changed on the other", () => {
    sides.source("DROP VIEW v");
    sides.target("DROP VIEW v", "CREATE VIEW v AS SELECT id FROM t");
    expect(sides.schemaConflict()).toMatch(/both sides changed this view differently/);
  });

  it("view of a column that the other side renamed", () => {
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a, b FROM t");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    sides.merge();
    expect(sides.rows("SELECT * FROM v")).toEqual([["a", "b"]]);
  });

  it("view of a table whose name the other side gave to another", () => {
    sides.target("CREATE TABLE u (a)", "INSERT INTO u VALUES ('u')");
    sides.merge();
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a AS x FROM t");
    sides.target("ALTER TABLE t RENAME TO aside", "ALTER TABLE u RENAME TO t", "ALTER TABLE aside RENAME TO u");
    sides.merge();
    expect(sides.rows("SELECT x FROM v")).toEqual([["a"]]);
  });

  it("view recreated with the same text, which by then names another table", () => {
    sides.target("CREATE TABLE u (a)", "INSERT INTO u VALUES ('u')");
    sides.merge();
    sides.source("ALTER TABLE t RENAME COLUMN a TO name");
    sides.target("ALTER TABLE t RENAME TO aside", "ALTER TABLE u RENAME TO t", "ALTER TABLE aside RENAME TO u");
    sides.target("DROP VIEW v", "CREATE VIEW v AS SELECT a FROM t");
    sides.merge();
    expect(sides.rows("SELECT a FROM v")).toEqual([["u"]]);
  });

  it("view changed on one side, its column renamed on the other, merged crosswise and changed again", () => {
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT id, b FROM t");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    sides.db.branch("dev-before", "dev");
    sides.db.merge("main", "dev", "manual");
    sides.db.merge("dev-before", "main", "manual");
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT note FROM t");
    sides.merge();
    expect(sides.rows("SELECT * FROM v")).toEqual([["b"]]);
  });

  it("view over a table that the other side dropped, giving its name to another", () => {
    sides.target("CREATE TABLE u (a)", "INSERT INTO u VALUES ('u')");
    sides.merge();
    sides.source("CREATE VIEW w AS SELECT a FROM t");
    sides.target("DROP VIEW v", "DROP TABLE t", "ALTER TABLE u RENAME TO t");
    expect(sides.schemaConflict()).toMatch(/no such table: (main\.)?t\b/);
  });

  it("views of each other's columns, renamed on both sides", () => {
    sides.source("ALTER TABLE t RENAME COLUMN a TO x", "CREATE VIEW w AS SELECT x, b FROM t");
    sides.target("ALTER TABLE t RENAME COLUMN b TO y", "CREATE VIEW z AS SELECT a, y FROM t");
    sides.merge();
    expect(sides.rows("SELECT * FROM w JOIN z")).toEqual([["a", "b", "a", "b"]]);
  });

  it("view with INSTEAD OF triggers changed on one side", () => {
    sides.target("CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END");
    sides.merge();
    sides.source(
      "DROP VIEW v",
      "CREATE VIEW v AS SELECT a, b FROM t",
      "CREATE TRIGGER vt INSTEAD OF INSERT ON v BEGIN INSERT INTO t (a) VALUES (new.a); END",
    );
    sides.merge();
    sides.target("INSERT INTO v (a) VALUES ('by view')");
    expect(sides.rows("SELECT a FROM t ORDER BY id")).toEqual([["a"], ["by view"]]);
  });
});

describe("triggers", () => {
  it("triggers do not run for merged rows", () => {
    sides.source("UPDATE t SET a = 'A'");
    sides.target("UPDATE t SET b = 'B'");
    sides.merge();
    expect(sides.rows("SELECT a, b FROM t")).toEqual([["A", "B"]]);
    expect(seen()).toEqual(["old trigger", "old trigger"]);
  });

  it("trigger added on one side", () => {
    sides.source("CREATE TRIGGER more AFTER DELETE ON t BEGIN INSERT INTO seen VALUES ('deleted'); END");
    sides.target("UPDATE t SET b = 'B'");
    sides.merge();
    sides.target("DELETE FROM t");
    expect(seen()).toEqual(["deleted", "old trigger"]);
  });

  it("trigger changed on one side", () => {
    sides.source("DROP TRIGGER tr", TRIGGER("new trigger"));
    sides.target("UPDATE t SET b = 'B'");
    sides.merge();
    sides.target("UPDATE t SET b = 'BB'");
    expect(seen()).toEqual(["new trigger", "old trigger"]);
  });

  it("trigger changed differently on both sides", () => {
    sides.source("DROP TRIGGER tr", TRIGGER("dev"));
    sides.target("DROP TRIGGER tr", TRIGGER("main"));
    expect(sides.schemaConflict()).toMatch(/both sides changed this trigger differently/);
  });

  it("trigger that writes a column that the other side renamed", () => {
    sides.source("CREATE TRIGGER more AFTER INSERT ON t BEGIN UPDATE t SET b = 'x' WHERE id = new.id; END");
    sides.target("ALTER TABLE t RENAME COLUMN b TO note");
    sides.merge();
    sides.target("INSERT INTO t (id) VALUES (2)");
    expect(sides.rows("SELECT note FROM t")).toEqual([["b"], ["x"]]);
  });

  it("trigger dropped on both sides", () => {
    sides.source("DROP TRIGGER tr");
    sides.target("DROP TRIGGER tr", "UPDATE t SET a = 'A'");
    sides.merge();
    expect(names()).toEqual(["t_a", "v"]);
    expect(seen()).toEqual([]);
  });
});
