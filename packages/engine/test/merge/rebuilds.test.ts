import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf } from "../support/test-database.js";
import { TwoSides } from "./semantics/two-sides.js";

let sides: TwoSides;
beforeEach(() => {
  sides = new TwoSides();
});
afterEach(() => sides.dispose());

const rebuild = (table: string, definitions: string, list = "*", into = "") => [
  `CREATE TABLE rebuilt (${definitions})`,
  `INSERT INTO rebuilt ${into} SELECT ${list} FROM ${table}`,
  `DROP TABLE ${table}`,
  `ALTER TABLE rebuilt RENAME TO ${table}`,
];

it("a rebuilt table gives no new row the place of one that changed", () => {
  sides.base("CREATE TABLE t (k TEXT PRIMARY KEY, a)", "INSERT INTO t VALUES ('a', 1), ('b', 2), ('c', 3)");
  sides.source(
    ...rebuild("t", "k TEXT PRIMARY KEY, a NOT NULL"),
    "UPDATE t SET k = 'new' WHERE k = 'a'",
    "UPDATE t SET a = 30 WHERE k = 'c'",
  );
  sides.target("UPDATE t SET a = 20 WHERE k = 'b'");
  sides.merge();
  expect(sides.rows("SELECT k, a FROM t ORDER BY k")).toEqual([
    ["b", 20],
    ["c", 30],
    ["new", 1],
  ]);
});

it("a rebuild that changes the letter case of names is merged as one", () => {
  sides.base("CREATE TABLE Users (id INTEGER PRIMARY KEY, Name TEXT)", "INSERT INTO Users VALUES (1, 'a')");
  sides.source(...rebuild("users", "id INTEGER PRIMARY KEY, name TEXT NOT NULL"));
  sides.target("UPDATE users SET name = 'b'", "INSERT INTO Users VALUES (2, 'c')");
  sides.merge();
  expect(sides.db.query("main", "SELECT * FROM users ORDER BY 1")).toMatchObject({
    columns: ["id", "name"],
    rows: [
      [1, "b"],
      [2, "c"],
    ],
  });
});

it("rebuilds of both sides come together", () => {
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b TEXT)", "INSERT INTO t VALUES (1, '1', 'x')");
  sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a INTEGER, b TEXT"), "INSERT INTO t VALUES (5, 5, 's')");
  sides.target(
    ...rebuild("t", "id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL, c DEFAULT 3, UNIQUE (b)", "*", "(id, a, b)"),
    "INSERT INTO t VALUES (6, '6', 't', 4)",
  );
  sides.merge();
  expect(sides.rows("SELECT id, a, b, c FROM t ORDER BY 1")).toEqual([
    [1, 1, "x", 3],
    [5, 5, "s", 3],
    [6, 6, "t", 4],
  ]);
});

it("a parent and its child, both rebuilt, keep to each other", () => {
  sides.base(
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a)",
    "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p)",
    "INSERT INTO p VALUES (1, 1), (2, 2)",
    "INSERT INTO c VALUES (1, 1), (2, 2)",
  );
  sides.source(
    "PRAGMA foreign_keys = OFF",
    ...rebuild("p", "id INTEGER PRIMARY KEY, a NOT NULL"),
    ...rebuild("c", "id INTEGER PRIMARY KEY, p NOT NULL REFERENCES p ON DELETE CASCADE"),
  );
  sides.target(
    "INSERT INTO p VALUES (3, 3)",
    "INSERT INTO c VALUES (3, 3)",
    "DELETE FROM c WHERE id = 1",
    "DELETE FROM p WHERE id = 1",
  );
  sides.merge();
  expect(sides.rows("SELECT * FROM c ORDER BY 1")).toEqual([
    [2, 2],
    [3, 3],
  ]);
});

it.each(
  ["", "ON DELETE RESTRICT", "ON DELETE SET NULL", "ON DELETE CASCADE"].flatMap((action): [string, string][] => [
    ["foreign_keys = OFF", action],
    ["defer_foreign_keys = ON", action],
  ]),
)("a rebuilt parent keeps its children: PRAGMA %s, %s", (setting, action) => {
  sides.base(
    "CREATE TABLE p (id INTEGER PRIMARY KEY, a)",
    `CREATE TABLE c (id INTEGER PRIMARY KEY, p INT REFERENCES p ${action})`,
    "INSERT INTO p VALUES (1, 'x'), (2, 'y')",
    "INSERT INTO c VALUES (10, 1), (20, 2)",
  );
  sides.source(`PRAGMA ${setting}`, ...rebuild("p", "id INTEGER PRIMARY KEY, a NOT NULL"));
  sides.target("UPDATE p SET a = 'X' WHERE id = 1", "INSERT INTO p VALUES (3, 'z')", "INSERT INTO c VALUES (30, 3)");
  sides.merge();
  expect(sides.rows("SELECT c.id, p.a FROM c LEFT JOIN p ON p.id = c.p ORDER BY 1")).toEqual([
    [10, "X"],
    [20, "y"],
    [30, "z"],
  ]);
  expect(codeOf(() => sides.target("INSERT INTO c VALUES (40, 9)"))).toBe("FOREIGN_KEY_VIOLATION");
});

it("a type that changed and changed back is no change", () => {
  const table = (type: string) => `id TEXT PRIMARY KEY, a ${type}`;
  sides.base(`CREATE TABLE t (${table("TEXT")})`, "INSERT INTO t VALUES ('k', '1'), ('l', '2')");
  for (const type of ["INT", "TEXT"]) sides.source(...rebuild("t", table(type)));
  sides.target("UPDATE t SET a = '9' WHERE id = 'k'");
  sides.merge();
  expect(sides.rows("SELECT * FROM t ORDER BY 1")).toEqual([
    ["k", "9"],
    ["l", "2"],
  ]);
});

it("a value changed on both sides of a changed type conflicts by the new type alone", () => {
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, '1'), (2, '2'), (3, '3')");
  sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a INT"), "UPDATE t SET a = 10 WHERE id < 3");
  sides.target("UPDATE t SET a = '10' WHERE id = 1", "UPDATE t SET a = '20' WHERE id = 2");
  expect(sides.conflicts()).toEqual(["update_update t:2 a: 2 | 10 | 20"]);
});

it("values that the rebuild computed stay, and rows that came without them are refused where none may be missing", () => {
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
  sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL", "id, a, a || '!'"));
  sides.target("UPDATE t SET a = 'X' WHERE id = 1");
  sides.merge();
  expect(sides.rows("SELECT * FROM t ORDER BY 1")).toEqual([
    [1, "X", "x!"],
    [2, "y", "y!"],
  ]);
  sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a TEXT, b TEXT NOT NULL, c TEXT NOT NULL", "*, b || '?'"));
  sides.target("INSERT INTO t VALUES (3, 'z', 'z!')");
  expect(sides.violation()).toMatch(/NOT NULL constraint failed: t\.c/);
});

describe("a column that came on one side", () => {
  beforeEach(() => sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')"));

  it.each([
    ["DEFAULT 'new'", "DEFAULT 'newer'", "new"],
    ["DEFAULT 'new'", "", "new"],
    ["", "DEFAULT 'newer'", null],
    ["NOT NULL DEFAULT 'new'", "NOT NULL", "new"],
  ])("keeps what its first default gave to rows when the default changes: %s, %s", (first, then, value) => {
    sides.source(
      `ALTER TABLE t ADD COLUMN b ${first}`,
      ...rebuild("t", `id INTEGER PRIMARY KEY, a, b ${then}`),
      "UPDATE t SET a = 'X' WHERE id = 1",
    );
    sides.target("INSERT INTO t VALUES (3, 'z')", "UPDATE t SET a = 'Y' WHERE id = 2");
    sides.merge();
    expect(sides.rows("SELECT * FROM t ORDER BY 1")).toEqual([
      [1, "X", value],
      [2, "Y", value],
      [3, "z", value],
    ]);
    sides.source("ALTER TABLE t ADD COLUMN c DEFAULT 5");
    sides.target("INSERT INTO t (id, b) VALUES (4, 'given')");
    sides.merge();
  });

  it("with a default that is another each time counts as written", () => {
    sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a, b DEFAULT CURRENT_DATE", "id, a", "(id, a)"));
    const [entry] = sides.db.read({ op: "history", request: { branch: "dev", limit: 1 } }).entries;
    expect(entry!.tables).toEqual([{ table: "t", inserted: 0, updated: 2, deleted: 0 }]);
    sides.source("UPDATE t SET b = 'then'");
    sides.target("INSERT INTO t VALUES (3, 'z')", "UPDATE t SET a = 'Y' WHERE id = 2");
    sides.db.merge("dev", "main", "manual");
    expect(sides.rows("SELECT a, b FROM t WHERE id < 3 ORDER BY id")).toEqual([
      ["x", "then"],
      ["Y", "then"],
    ]);
    sides.db.merge("main", "dev", "manual");
    expect(sides.contents("dev")).toEqual(sides.contents("main"));
  });
});

it("a column that both sides added and filled with different values is refused", () => {
  sides.base("CREATE TABLE t (id INTEGER PRIMARY KEY, a)", "INSERT INTO t VALUES (1, 'x'), (2, 'y')");
  sides.source(...rebuild("t", "id INTEGER PRIMARY KEY, a, b NOT NULL", "*, 'theirs'"));
  sides.target(...rebuild("t", "id INTEGER PRIMARY KEY, a TEXT, b NOT NULL", "*, 'own'"));
  expect(sides.schemaConflict()).toMatch(/both sides added column b/);
});

it.each(["source", "target"] as const)(
  "a new row of which no column is left has the defaults of the others: %s",
  (side) => {
    sides.base("CREATE TABLE t (a)", "INSERT INTO t VALUES ('kept')");
    sides[side]("ALTER TABLE t ADD COLUMN b DEFAULT 'none'", "ALTER TABLE t DROP COLUMN a");
    sides[side === "source" ? "target" : "source"]("INSERT INTO t VALUES ('lost')");
    sides.merge();
    expect(sides.rows("SELECT * FROM t ORDER BY 1")).toEqual([["none"], ["none"]]);
  },
);
