import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TwoSides } from "./two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
});
afterEach(() => sides.dispose());

const state = (table = "t") => sides.rows(`SELECT * FROM ${table} ORDER BY 1`);

describe("unique values", () => {
  const UNIQUE = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE, a)",
    "INSERT INTO t VALUES (1, 'p', 1), (2, 'q', 2)",
  ];

  it("unique values swapped between two rows", () => {
    sides.base(...UNIQUE);
    sides.source(
      "UPDATE t SET u = CASE id WHEN 1 THEN 'x' ELSE 'y' END",
      "UPDATE t SET u = CASE id WHEN 1 THEN 'q' ELSE 'p' END",
    );
    sides.target("UPDATE t SET a = a * 10");
    sides.merge();
    expect(state()).toEqual([
      [1, "q", 10],
      [2, "p", 20],
    ]);
  });

  it("unique value of a deleted row reused", () => {
    sides.base(...UNIQUE);
    sides.source("DELETE FROM t WHERE id = 2", "INSERT INTO t VALUES (3, 'q', 3)");
    sides.target("UPDATE t SET a = 10 WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      [1, "p", 10],
      [3, "q", 3],
    ]);
  });

  it("unique value taken on both sides", () => {
    sides.base(...UNIQUE);
    sides.source("INSERT INTO t VALUES (3, 'new', 1)");
    sides.target("UPDATE t SET u = 'new' WHERE id = 1");
    expect(sides.violation()).toBe("UNIQUE constraint failed: t.u");
  });

  it("unique value taken on both sides where the table says REPLACE", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, u UNIQUE ON CONFLICT REPLACE, a)",
      "INSERT INTO t VALUES (1, 'p', 1)",
    );
    sides.source("INSERT INTO t VALUES (2, 'new', 'dev')");
    sides.target("INSERT INTO t VALUES (3, 'new', 'main')");
    expect(sides.violation()).toBe("UNIQUE constraint failed: t.u");
  });

  it("unique value reused under a partial index", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name, active)",
      "CREATE UNIQUE INDEX one_active ON t (name) WHERE active",
      "INSERT INTO t VALUES (1, 'p', 0), (2, 'p', 1)",
    );
    sides.source("UPDATE t SET active = 0 WHERE id = 2", "UPDATE t SET active = 1 WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      [1, "p", 1],
      [2, "p", 0],
    ]);
  });

  it("unique values swapped in a generated column", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a, twice AS (a * 2) UNIQUE)",
      "INSERT INTO t (id, a) VALUES (1, 1), (2, 2)",
    );
    sides.source("UPDATE t SET a = a + 10", "UPDATE t SET a = 3 - (a - 10)");
    sides.merge();
    expect(state()).toEqual([
      [1, 2, 4],
      [2, 1, 2],
    ]);
  });

  it("two changed cells that together repeat a unique pair", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b, UNIQUE (a, b))",
      "INSERT INTO t VALUES (1, 1, 1), (2, NULL, NULL)",
    );
    sides.source("UPDATE t SET a = 1 WHERE id = 2");
    sides.target("UPDATE t SET b = 1 WHERE id = 2");
    expect(sides.violation()).toBe("UNIQUE constraint failed: t.a, t.b");
  });

  it("unique index made on one side, duplicates on the other", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'p')");
    sides.source("CREATE UNIQUE INDEX t_a ON t (a)");
    sides.target("INSERT INTO t VALUES (2, 'p')");
    expect(sides.refusal()).toMatch(/UNIQUE constraint failed: t.a/);
  });
});

describe("references", () => {
  const FAMILY = [
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p)",
    "INSERT INTO p VALUES (1, 'one'), (2, 'two')",
  ];

  it("parent deleted on the source, child inserted on the target", () => {
    sides.base(...FAMILY);
    sides.source("DELETE FROM p WHERE id = 2");
    sides.target("INSERT INTO c VALUES (1, 2)");
    expect(sides.violation()).toMatch(/^FOREIGN KEY constraint failed/);
  });

  it("child inserted on the source, parent deleted on the target", () => {
    sides.base(...FAMILY);
    sides.source("INSERT INTO c VALUES (1, 2)");
    sides.target("DELETE FROM p WHERE id = 2");
    expect(sides.violation()).toMatch(/^FOREIGN KEY constraint failed/);
  });

  it("parent and children from the same side", () => {
    sides.base(...FAMILY);
    sides.source("INSERT INTO p VALUES (3, 'three')", "INSERT INTO c VALUES (1, 3)", "DELETE FROM p WHERE id = 2");
    sides.target("INSERT INTO c VALUES (2, 1)");
    sides.merge();
    expect(state("c")).toEqual([
      [1, 3],
      [2, 1],
    ]);
  });

  it("parent key freed by one side and taken by the other", () => {
    sides.base(...FAMILY);
    sides.source("DELETE FROM p WHERE id = 2", "INSERT INTO p VALUES (2, 'again')");
    sides.target("INSERT INTO c VALUES (1, 2)");
    sides.merge();
    expect(sides.rows("SELECT c.id, p.a FROM c JOIN p ON p.id = c.p")).toEqual([[1, "again"]]);
  });

  const CASCADE = [
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p INTEGER REFERENCES p ON DELETE CASCADE ON UPDATE CASCADE)",
    "INSERT INTO p VALUES (1, 'one'), (2, 'two')",
    "INSERT INTO c VALUES (1, 1), (2, 2)",
  ];

  it("cascade on one side, other rows on the other", () => {
    sides.base(...CASCADE);
    sides.source("DELETE FROM p WHERE id = 2", "UPDATE p SET id = 10 WHERE id = 1");
    sides.target("INSERT INTO p VALUES (3, 'three')", "INSERT INTO c VALUES (3, 3)");
    sides.merge();
    expect(state("c")).toEqual([
      [1, 10],
      [3, 3],
    ]);
  });

  it("cascade on one side, a new child on the other", () => {
    sides.base(...CASCADE);
    sides.source("DELETE FROM p WHERE id = 2");
    sides.target("INSERT INTO c VALUES (3, 2)");
    expect(sides.violation()).toMatch(/^FOREIGN KEY constraint failed/);
  });

  it("rows that refer to each other in one table", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, boss INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)",
      "INSERT INTO t VALUES (1, NULL)",
    );
    sides.source("INSERT INTO t VALUES (2, 3), (3, 2)");
    sides.target("INSERT INTO t VALUES (4, 1)");
    sides.merge();
    expect(state()).toEqual([
      [1, null],
      [2, 3],
      [3, 2],
      [4, 1],
    ]);
  });

  it("reference through a column without an index", () => {
    sides.base(
      "CREATE TABLE p (code TEXT UNIQUE COLLATE NOCASE)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p (code))",
      "INSERT INTO p VALUES ('a'), ('b')",
    );
    sides.source("INSERT INTO c VALUES (1, 'A')");
    sides.target("INSERT INTO c VALUES (2, 'B')");
    sides.merge();
    expect(state("c")).toEqual([
      [1, "A"],
      [2, "B"],
    ]);
    sides.source("DELETE FROM c", "DELETE FROM p WHERE code = 'b'");
    sides.target("INSERT INTO c VALUES (3, 'b')");
    expect(sides.violation()).toMatch(/^FOREIGN KEY constraint failed/);
  });
});

describe("checks", () => {
  it("two changed cells that together break a CHECK", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, low INT, high INT, CHECK (low <= high))",
      "INSERT INTO t VALUES (1, 10, 20)",
    );
    sides.source("UPDATE t SET low = 18");
    sides.target("UPDATE t SET high = 15");
    expect(sides.violation()).toBe("CHECK constraint failed: low <= high");
  });

  it("NOT NULL column added on one side, rows inserted on the other", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'a')");
    sides.source("ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 7", "UPDATE t SET n = 1");
    sides.target("INSERT INTO t VALUES (2, 'b')");
    sides.merge();
    expect(state()).toEqual([
      [1, "a", 1],
      [2, "b", 7],
    ]);
  });

  it("CHECK added with a column, values on the other side that break it", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT)", "INSERT INTO t VALUES (1, 1)");
    sides.source("ALTER TABLE t ADD COLUMN n INT DEFAULT 1 CHECK (n > 0 AND a < 10)");
    sides.target("INSERT INTO t VALUES (2, 50)");
    expect(sides.refusal()).toMatch(/CHECK constraint failed/);
  });
});
