import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../support/test-database.js";
import { TwoSides } from "./semantics/two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
});
afterEach(() => sides.dispose());

const state = (table = "t") => sides.rows(`SELECT * FROM ${table} ORDER BY 1`);
const names = (type: string) =>
  sides
    .rows(
      `SELECT name FROM sqlite_schema WHERE type = '${type}' AND sql IS NOT NULL AND name NOT LIKE '\\_helios%' ESCAPE '\\' ORDER BY 1`,
    )
    .flat();
const REBUILD_T = (columns: string, list: string) => [
  `CREATE TABLE t_new (${columns})`,
  `INSERT INTO t_new SELECT ${list} FROM t`,
  "DROP TABLE t",
  "ALTER TABLE t_new RENAME TO t",
];

describe("rows without a key that must be unique", () => {
  const SETTINGS = [
    "CREATE TABLE t (name TEXT UNIQUE, value INT)",
    "INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 3)",
  ];

  it("are replaced by what became of them", () => {
    sides.base(...SETTINGS);
    sides.source(
      "UPDATE t SET value = 9 WHERE name = 'a'",
      "DELETE FROM t WHERE name = 'c'",
      "UPDATE t SET name = 'c' WHERE name = 'b'",
    );
    sides.target("INSERT INTO t VALUES ('d', 4)");
    sides.merge();
    expect(state()).toEqual([
      ["a", 9],
      ["c", 2],
      ["d", 4],
    ]);
  });

  it("are refused where both sides inserted one value", () => {
    sides.base(...SETTINGS);
    sides.source("INSERT INTO t VALUES ('d', 1)");
    sides.target("INSERT INTO t VALUES ('d', 2)");
    expect(sides.violation()).toMatch(/UNIQUE constraint failed: t\.name/);
  });
});

describe("rows without a key", () => {
  it("go before the rebuilt table that they don't fit is filled", () => {
    sides.base("CREATE TABLE t (a, b)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
    sides.source(...REBUILD_T("a, b, c TEXT NOT NULL", "a, b, b || '!'"));
    sides.target("CREATE TABLE other (a)");
    sides.merge();
    expect(state()).toEqual([
      [1, "x", "x!"],
      [2, "y", "y!"],
    ]);
  });
});

describe("constraints alone", () => {
  const BASE = [
    "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT NOT NULL, b TEXT, CONSTRAINT old CHECK (b <> ''))",
    "INSERT INTO t VALUES (1, 1, 'x'), (2, 2, 'y')",
  ];

  it.each([
    ["ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)", "INSERT INTO t VALUES (9, -1, 'x')"],
    ["ALTER TABLE t ALTER COLUMN b SET NOT NULL", "INSERT INTO t VALUES (9, 1, NULL)"],
  ])("arrive: %s", (alter, refused) => {
    sides.base(...BASE);
    sides.source(alter);
    sides.target("UPDATE t SET a = 5 WHERE id = 1", "INSERT INTO t VALUES (3, 3, 'z')");
    sides.merge();
    expect(state()).toEqual([
      [1, 5, "x"],
      [2, 2, "y"],
      [3, 3, "z"],
    ]);
    expect(codeOf(() => sides.target(refused))).toMatch(/VIOLATION/);
  });

  it("of one name that a rebuild gave twice all arrive, and stay when the other side changes", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "INSERT INTO t VALUES (1, 1, 1)");
    sides.source(
      "CREATE TABLE n (id INTEGER PRIMARY KEY, a, b, CONSTRAINT c CHECK (a > 0), CONSTRAINT c CHECK (b > 0))",
      "INSERT INTO n SELECT * FROM t",
      "DROP TABLE t",
      "ALTER TABLE n RENAME TO t",
    );
    sides.target("ALTER TABLE t ADD COLUMN d", "INSERT INTO t VALUES (2, 2, 2, 2)");
    sides.merge();
    for (const row of ["(9, 0, 1, 1)", "(9, 1, 0, 1)"]) {
      expect(codeOf(() => sides.target(`INSERT INTO t VALUES ${row}`))).toBe("CHECK_VIOLATION");
    }
  });

  it.each([
    ["ALTER TABLE t DROP CONSTRAINT old", "INSERT INTO t VALUES (9, 1, '')"],
    ["ALTER TABLE t ALTER COLUMN a DROP NOT NULL", "INSERT INTO t VALUES (9, NULL, 'x')"],
  ])("go, with the rows that need it: %s", (alter, allowed) => {
    sides.base(...BASE);
    sides.source(alter, allowed);
    sides.target("UPDATE t SET a = 5 WHERE id = 1");
    sides.merge();
    expect(state()).toHaveLength(3);
  });

  it("are refused where rows of the target break them", () => {
    sides.base(...BASE);
    sides.source("ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)");
    sides.target("UPDATE t SET a = -5 WHERE id = 1");
    expect(sides.violation()).toMatch(/CHECK constraint failed: pos/);
  });

  it("are refused where rows of the target lack a value", () => {
    sides.base(...BASE);
    sides.source("ALTER TABLE t ALTER COLUMN b SET NOT NULL");
    sides.target("INSERT INTO t VALUES (3, 3, NULL)");
    expect(sides.violation()).toMatch(/NOT NULL constraint failed: t\.b/);
  });

  it.each([
    ["ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)", "(9, -1, 'x')", "CHECK_VIOLATION"],
    ["ALTER TABLE t ALTER COLUMN b SET NOT NULL", "(9, 1, NULL)", "NOT_NULL_VIOLATION"],
    ["ALTER TABLE t DROP CONSTRAINT old", "(9, 1, '')", null],
    ["ALTER TABLE t ALTER COLUMN a DROP NOT NULL", "(9, NULL, 'x')", null],
  ])("are taken over by a target that has not moved: %s", (alter, row, refused) => {
    sides.base(...BASE);
    sides.source(alter);
    sides.merge();
    const insert = () => sides.target(`INSERT INTO t VALUES ${row}`);
    if (refused === null) insert();
    else expect(codeOf(insert)).toBe(refused);
  });

  it.each([
    ["ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)", "ALTER TABLE t ADD CONSTRAINT pos CHECK (a >= 0)"],
    [
      "ALTER TABLE t DROP CONSTRAINT old",
      REBUILD_T("id INTEGER PRIMARY KEY, a INT NOT NULL, b TEXT, CONSTRAINT old CHECK (b <> 'q')", "*").join(";"),
    ],
  ])("are refused where both sides changed them: %s, %s", (source, target) => {
    sides.base(...BASE);
    sides.source(source);
    sides.target(...target.split(";"));
    expect(sides.schemaConflict()).toMatch(/both sides .* differently/);
  });

  it("of both sides come together", () => {
    sides.base(...BASE);
    sides.source("ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)", "ALTER TABLE t ADD COLUMN c DEFAULT 1");
    sides.target(
      "ALTER TABLE t ALTER COLUMN b SET NOT NULL",
      "ALTER TABLE t RENAME COLUMN a TO amount",
      "INSERT INTO t VALUES (3, 3, 'z')",
    );
    sides.merge();
    expect(state()).toHaveLength(3);
    for (const refused of ["(9, -1, 'x', 1)", "(9, 1, NULL, 1)", "(9, 1, '', 1)"]) {
      expect(codeOf(() => sides.target(`INSERT INTO t (id, amount, b, c) VALUES ${refused}`))).toMatch(/VIOLATION/);
    }
  });
});

describe("a column replaced by another of its name", () => {
  const RETYPE = [
    "ALTER TABLE t ADD COLUMN price2 INT",
    "UPDATE t SET price2 = price",
    "ALTER TABLE t DROP COLUMN price",
    "ALTER TABLE t RENAME COLUMN price2 TO price",
  ];
  beforeEach(() => sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, price TEXT)", "INSERT INTO t VALUES (1, '5')"));

  it("is refused where the other side gave a new row a value in it", () => {
    sides.source(...RETYPE);
    sides.target("INSERT INTO t VALUES (2, '7')");
    expect(sides.schemaConflict()).toMatch(/one side dropped column .*, and the other wrote to it/);
  });

  it("merges where new rows have none", () => {
    sides.source(...RETYPE);
    sides.target("INSERT INTO t (id) VALUES (2)");
    sides.merge();
    expect(state()).toEqual([
      [1, 5],
      [2, null],
    ]);
  });

  it("carries new values over where the table is rebuilt", () => {
    sides.source(...REBUILD_T("id INTEGER PRIMARY KEY, price INT", "id, price"));
    sides.target("INSERT INTO t VALUES (2, '7')", "UPDATE t SET price = '6' WHERE id = 1");
    sides.merge();
    expect(state()).toEqual([
      [1, 6],
      [2, 7],
    ]);
  });
});

describe("a table whose name was given to another", () => {
  it("is not dropped with an index that the other side made", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)");
    sides.source("DROP TABLE t", "CREATE TABLE t (id INTEGER PRIMARY KEY, sku TEXT)");
    sides.target("CREATE INDEX t_name ON t (name)");
    expect(sides.schemaConflict()).toMatch(/dropped this table/);
  });

  it("is dropped, and what the other side wrote to it is not lost in the new one", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT)", "INSERT INTO t VALUES (1, 'x')");
    sides.source("DROP TABLE t", "CREATE TABLE t (id INTEGER PRIMARY KEY, sku TEXT)");
    sides.target("INSERT INTO t VALUES (2, 'new')");
    expect(sides.schemaConflict()).toMatch(/dropped this table/);
  });

  it("keeps an AUTOINCREMENT counter where it is only rebuilt", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, a)", "INSERT INTO t (a) VALUES (1), (2), (3)");
    sides.target("INSERT INTO t (a) VALUES (4)", "DELETE FROM t WHERE id > 2");
    sides.source("ALTER TABLE t ADD CONSTRAINT pos CHECK (a > 0)");
    sides.merge();
    sides.target("INSERT INTO t (a) VALUES (5)");
    expect(state()).toEqual([
      [1, 1],
      [2, 2],
      [5, 5],
    ]);
  });
});

describe("what stands on a rebuilt table", () => {
  beforeEach(() =>
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b)", "INSERT INTO t VALUES (1, 'x', 1), (2, 'y', 2)"),
  );

  it("stays: indexes, triggers and views that the other side made", () => {
    sides.source(...REBUILD_T("id INTEGER PRIMARY KEY, a TEXT NOT NULL, b", "*"));
    sides.target(
      "CREATE UNIQUE INDEX t_a ON t (a)",
      "CREATE TABLE seen (id INTEGER PRIMARY KEY, a)",
      "CREATE TRIGGER t_seen AFTER INSERT ON t BEGIN INSERT INTO seen VALUES (new.id, new.a); END",
      "CREATE VIEW v AS SELECT a FROM t",
      "INSERT INTO t VALUES (3, 'z', 3)",
    );
    sides.merge();
    expect([names("index"), names("trigger"), names("view")]).toEqual([["t_a"], ["t_seen"], ["v"]]);
    sides.target("INSERT INTO t VALUES (4, 'w', 4)");
    expect(sides.rows("SELECT a FROM seen ORDER BY 1")).toEqual([["w"], ["z"]]);
    expect(codeOf(() => sides.target("INSERT INTO t VALUES (5, 'w', 4)"))).toBe("UNIQUE_VIOLATION");
  });

  it("is refused where an index of the other side is on a column that went", () => {
    sides.source(...REBUILD_T("id INTEGER PRIMARY KEY, a TEXT NOT NULL", "id, a"));
    sides.target("CREATE INDEX t_b ON t (b)");
    expect(sides.schemaConflict()).toMatch(/t_b/);
  });

  it("is refused where merged rows no longer fit it", () => {
    sides.source(...REBUILD_T("id INTEGER PRIMARY KEY, a TEXT NOT NULL, b", "*"), "INSERT INTO t VALUES (3, 'x', 3)");
    sides.target("CREATE UNIQUE INDEX t_a ON t (a)");
    expect(sides.refusal()).toMatch(/UNIQUE constraint failed/);
  });
});

describe("a table that says its own name in its definition", () => {
  it("is not rebuilt by a merge back from where it was", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (main.t.a > 0), CHECK (t.a < 9))",
      "INSERT INTO t VALUES (1, 1)",
    );
    sides.source("ALTER TABLE t ADD CONSTRAINT odd CHECK (t.a % 2 = 1)");
    sides.target("INSERT INTO t VALUES (2, 3)");
    const text = () => sides.db.rows("dev", "SELECT sql FROM sqlite_schema WHERE name = 't'");
    const before = text();
    sides.merge();
    expect(text()).toEqual(before);
  });

  it("merges, rebuilt and altered", () => {
    sides.base(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT CHECK (t.a > 0), b AS (a * 2), CHECK (t.a < 1000))",
      "INSERT INTO t VALUES (1, 1)",
    );
    sides.source("ALTER TABLE t ADD CONSTRAINT odd CHECK (t.a % 2 = 1)");
    sides.target("INSERT INTO t VALUES (2, 3)", "ALTER TABLE t RENAME TO u");
    sides.merge();
    expect(sides.rows("SELECT id, a, b FROM u ORDER BY 1")).toEqual([
      [1, 1, 2],
      [2, 3, 6],
    ]);
    for (const a of [0, 2, 1001]) {
      expect(codeOf(() => sides.target(`INSERT INTO u VALUES (9, ${a})`))).toBe("CHECK_VIOLATION");
    }
  });
});

describe("references", () => {
  it("are looked up by the parent's collation", () => {
    sides.base(
      "CREATE TABLE p (k TEXT COLLATE NOCASE PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p)",
      "CREATE INDEX c_k ON c (k)",
      "INSERT INTO p VALUES ('a'), ('b')",
    );
    sides.source("DELETE FROM p WHERE k = 'a'");
    sides.target("INSERT INTO c VALUES (1, 'A')");
    expect(sides.violation()).toMatch(/FOREIGN KEY/);
  });

  it("are looked up by the parent's affinity", () => {
    sides.base(
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p TEXT REFERENCES p)",
      "CREATE INDEX c_p ON c (p)",
      "INSERT INTO p VALUES (1), (2)",
    );
    sides.source("DELETE FROM p WHERE id = 1");
    sides.target("INSERT INTO c VALUES (1, '1')");
    expect(sides.violation()).toMatch(/FOREIGN KEY/);
  });

  it("are looked up by the parent's affinity where the child's column has none", () => {
    sides.base(
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p)",
      "CREATE INDEX c_p ON c (p)",
      "INSERT INTO p VALUES (1), (2)",
    );
    sides.source("DELETE FROM p WHERE id = 1");
    sides.target("INSERT INTO c VALUES (1, '1')");
    expect(sides.violation()).toMatch(/FOREIGN KEY/);
  });

  it("merge where another spelling of the parent is left", () => {
    sides.base(
      "CREATE TABLE p (k TEXT COLLATE NOCASE PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, k TEXT REFERENCES p)",
      "INSERT INTO p VALUES ('a'), ('b')",
    );
    sides.source("UPDATE p SET k = 'A' WHERE k = 'a'", "DELETE FROM p WHERE k = 'b'");
    sides.target("INSERT INTO c VALUES (1, 'a')");
    sides.merge();
    expect(sides.rows("SELECT p.k FROM c JOIN p ON p.k = c.k")).toEqual([["A"]]);
  });

  it("to a column that the other side renamed are carried over under the new name", () => {
    sides.base("CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE)", "INSERT INTO p VALUES (1, 'x')");
    sides.source(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p (code))",
      "INSERT INTO c VALUES (1, 'x')",
    );
    sides.target("ALTER TABLE p RENAME COLUMN code TO kode");
    sides.merge();
    sides.target("INSERT INTO p VALUES (2, 'y')", "INSERT INTO c VALUES (2, 'y')");
    expect(codeOf(() => sides.target("INSERT INTO c VALUES (3, 'z')"))).toBe("FOREIGN_KEY_VIOLATION");
  });

  it("follow a column that the source renamed", () => {
    sides.base("CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE)", "INSERT INTO p VALUES (1, 'x')");
    sides.source("ALTER TABLE p RENAME COLUMN code TO kode");
    sides.target(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p (code))",
      "INSERT INTO c VALUES (1, 'x')",
    );
    sides.merge();
    sides.target("INSERT INTO p VALUES (2, 'y')", "INSERT INTO c VALUES (2, 'y')");
    expect(codeOf(() => sides.target("INSERT INTO c VALUES (3, 'z')"))).toBe("FOREIGN_KEY_VIOLATION");
  });

  it("are refused where the other side took away the parent's key", () => {
    sides.base(
      "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT)",
      "CREATE UNIQUE INDEX p_code ON p (code)",
      "INSERT INTO p VALUES (1, 'x')",
    );
    sides.source(
      "CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p (code))",
      "INSERT INTO c VALUES (1, 'x')",
    );
    sides.target("DROP INDEX p_code");
    expect(sides.violation()).toMatch(/mismatch/);
  });
});

describe("one name given twice", () => {
  const BASE = ["CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)", "CREATE TABLE u (a)", "CREATE TABLE w (a)"];
  const exchange = (a: string, b: string) => [
    `ALTER TABLE ${a} RENAME TO aside`,
    `ALTER TABLE ${b} RENAME TO ${a}`,
    `ALTER TABLE aside RENAME TO ${b}`,
  ];

  it.each([
    ["to tables", ["ALTER TABLE t RENAME TO x"], ["ALTER TABLE u RENAME TO x"]],
    ["to tables that change names with a third", exchange("t", "u"), exchange("u", "w")],
    ["to columns", ["ALTER TABLE t RENAME COLUMN a TO x"], ["ALTER TABLE t RENAME COLUMN b TO x"]],
    ["to an old and a new column", ["ALTER TABLE t RENAME COLUMN a TO x"], ["ALTER TABLE t ADD COLUMN x"]],
    ["to an old and a new table", ["ALTER TABLE t RENAME TO x"], ["CREATE TABLE x (a)"]],
  ])("is refused: %s", (_, source, target) => {
    sides.base(...BASE);
    sides.source(...source);
    sides.target(...target);
    expect(sides.schemaConflict()).toBeTruthy();
  });
});

describe("a reference to a table that is gone", () => {
  it.each([
    ["a new table", "CREATE TABLE c (p REFERENCES p)"],
    ["a rebuilt table", "DROP TABLE d; CREATE TABLE d (id INTEGER PRIMARY KEY, p REFERENCES p)"],
    ["a new column", "ALTER TABLE d ADD COLUMN x REFERENCES p"],
  ])("is refused in either direction: %s", (_, made) => {
    sides.base("CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE d (id INTEGER PRIMARY KEY, p)");
    sides.source("DROP TABLE p");
    sides.target(...made.split("; "));
    expect(sides.schemaConflict()).toMatch(/references p, which the source dropped/);
  });

  it("is refused though another table has taken the name since", () => {
    sides.base("CREATE TABLE p (id INTEGER PRIMARY KEY, a)");
    sides.source("CREATE TABLE c (p REFERENCES p)");
    sides.target("DROP TABLE p", "CREATE TABLE p (id INTEGER PRIMARY KEY, b)");
    expect(sides.schemaConflict()).toMatch(/references p, which the target dropped/);
  });

  it("hinders no merge where the target's own has it", () => {
    sides.base(
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p)",
      "INSERT INTO c VALUES (1, NULL)",
    );
    sides.source("ALTER TABLE c ADD COLUMN a DEFAULT 1");
    sides.target("DROP TABLE p");
    sides.merge();
    expect(state("c")).toEqual([[1, null, 1]]);
  });
});

describe("what constrains rows", () => {
  it("comes after them", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'x'), (2, 'x'), (3, 'y')");
    sides.source("DELETE FROM t WHERE id = 2", "CREATE UNIQUE INDEX t_a ON t (a)");
    sides.merge();
    expect(state()).toEqual([
      [1, "x"],
      [3, "y"],
    ]);
    expect(names("index")).toEqual(["t_a"]);
  });
});

describe("views", () => {
  it("come together, in whatever order they were made", () => {
    sides.base("CREATE TABLE t (a)", "INSERT INTO t VALUES (1)", "CREATE VIEW v1 AS SELECT a FROM t");
    sides.source(
      "CREATE VIEW v2 AS SELECT a + 1 AS b FROM v1",
      "DROP VIEW v1",
      "CREATE VIEW v1 AS SELECT a * 10 AS a FROM t",
    );
    sides.target("INSERT INTO t VALUES (2)");
    sides.merge();
    expect(sides.rows("SELECT b FROM v2 ORDER BY 1")).toEqual([[11], [21]]);
  });

  it("that others read may change beside what they show", () => {
    sides.base(
      "CREATE TABLE t (a)",
      "CREATE VIEW v AS SELECT a FROM t",
      "CREATE VIEW w AS SELECT count(*) AS n FROM v",
      "CREATE TRIGGER on_v INSTEAD OF DELETE ON v BEGIN DELETE FROM t; END",
    );
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a FROM t WHERE true", "ALTER TABLE t RENAME TO u");
    sides.target("INSERT INTO t VALUES (1)");
    sides.merge();
    expect(sides.rows("SELECT n FROM w")).toEqual([[1]]);
    expect([names("view"), names("trigger")]).toEqual([["v", "w"], []]);
  });

  it("that can't be used hinder no change to other tables", () => {
    sides.base("CREATE TABLE t (a)", "CREATE TABLE u (a)", "CREATE VIEW v AS SELECT a FROM u", "DROP TABLE u");
    sides.db.execute("dev", "CREATE TABLE u (a)", "ALTER TABLE t RENAME TO t2", "DROP TABLE u");
    sides.target("INSERT INTO t VALUES (1)");
    sides.merge();
    expect(state("t2")).toEqual([[1]]);
  });

  it("keep the triggers that the other side made on them", () => {
    sides.base("CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a FROM t");
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a FROM t WHERE true", "ALTER TABLE t RENAME TO u");
    sides.target("CREATE TRIGGER on_v INSTEAD OF DELETE ON v BEGIN DELETE FROM t; END", "INSERT INTO t VALUES (1)");
    sides.merge();
    sides.target("DELETE FROM v");
    expect(state("u")).toEqual([]);
  });

  it("changed in letter case only arrive as they are", () => {
    sides.base("CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a AS total FROM t");
    sides.source("DROP VIEW v", "CREATE VIEW v AS SELECT a AS Total FROM t");
    sides.merge();
    expect(sides.db.query("main", "SELECT * FROM v").columns).toEqual(["Total"]);
  });

  it.each([
    ["a view", "CREATE VIEW v AS SELECT a FROM t"],
    ["a trigger on another table", "CREATE TRIGGER g AFTER INSERT ON u BEGIN INSERT INTO t VALUES (1); END"],
    ["a trigger", "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END"],
    ["an index", "CREATE INDEX i ON t (a)"],
    ["a view over a view", "CREATE VIEW w AS SELECT * FROM old"],
  ])("and the like over a table that the other side dropped are refused: %s", (_, made) => {
    sides.base("CREATE TABLE t (a)", "CREATE TABLE u (a)", "CREATE VIEW old AS SELECT a FROM u");
    if (made.includes("old")) sides.target("DROP VIEW old");
    else sides.target("DROP TABLE t");
    sides.source(made);
    expect(sides.schemaConflict()).toBeTruthy();
  });
});

describe("generated columns", () => {
  it("follow their inputs through an exchange of names", () => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT)", "INSERT INTO t VALUES (1, 10, 99)");
    sides.source("ALTER TABLE t ADD COLUMN twice AS (a * 2)");
    sides.target(
      "ALTER TABLE t RENAME COLUMN a TO x",
      "ALTER TABLE t RENAME COLUMN b TO a",
      "ALTER TABLE t RENAME COLUMN x TO b",
    );
    sides.merge();
    expect(sides.rows("SELECT twice, b FROM t")).toEqual([[20, 10]]);
  });

  // ALTER TABLE ADD COLUMN takes a quoted name that is no column's for a text.
  it.each([
    [
      "replaced by another of its name",
      "a",
      [
        "ALTER TABLE t ADD COLUMN n",
        "UPDATE t SET n = a",
        "ALTER TABLE t DROP COLUMN a",
        "ALTER TABLE t RENAME COLUMN n TO a",
      ],
    ],
    ["dropped", '"a"', ["ALTER TABLE t DROP COLUMN a"]],
  ])("of a column that the other side has %s are refused", (_, input, statements) => {
    sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b INT)", "INSERT INTO t VALUES (1, 10, 99)");
    sides.source(`ALTER TABLE t ADD COLUMN twice AS (${input} * 2)`);
    sides.target(...statements);
    expect(sides.schemaConflict()).toBe('t: no such column: "a"');
  });
});
