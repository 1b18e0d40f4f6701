import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const head = () => db.query("main", "SELECT 1").scn;

/** The steps that SQLite's documentation gives, from one shape of t to another. */
function rebuild(columns: string, copied: string, from: string): string[] {
  return [
    `CREATE TABLE t_new (${columns})`,
    `INSERT INTO t_new (${copied}) SELECT ${from} FROM t`,
    "DROP TABLE t",
    "ALTER TABLE t_new RENAME TO t",
  ];
}

const ways: [string, (statements: string[]) => void][] = [
  ["in one commit", (statements) => void db.execute("main", ...statements)],
  ["in a commit for each statement", (statements) => statements.forEach((sql) => void db.execute("main", sql))],
];

describe.each(ways)("a table rebuilt %s", (_, run) => {
  it("keeps its past and its rows' history", () => {
    db.execute(
      "main",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, b)",
      "INSERT INTO t VALUES (1, '1', 'x'), (2, 'two', 'y')",
    );
    const first = head();
    db.execute("main", "UPDATE t SET b = 'z' WHERE id = 2", "INSERT INTO t VALUES (5, '5', 'v')");
    const second = head();
    run(rebuild("id INTEGER PRIMARY KEY, a INTEGER, c DEFAULT 7", "id, a", "id, a"));
    const third = head();
    db.execute("main", "DELETE FROM t WHERE id = 1", "UPDATE t SET c = 8");
    for (let round = 0; round < 2; round++) {
      expect(db.at("main", "SELECT * FROM t ORDER BY id", first)).toEqual([
        [1, "1", "x"],
        [2, "two", "y"],
      ]);
      expect(db.at("main", "SELECT * FROM t WHERE a = '5'", second)).toEqual([[5, "5", "v"]]);
      expect(db.at("main", "SELECT * FROM t ORDER BY id", second)).toEqual([
        [1, "1", "x"],
        [2, "two", "z"],
        [5, "5", "v"],
      ]);
      expect(db.at("main", "SELECT * FROM t ORDER BY id", third)).toEqual([
        [1, 1, 7],
        [2, "two", 7],
        [5, 5, 7],
      ]);
      expect(db.rows("main", "SELECT * FROM t ORDER BY id")).toEqual([
        [2, "two", 8],
        [5, 5, 8],
      ]);
      db.branch(`old${round}`, "main", { kind: "scn", scn: first });
      db.execute(`old${round}`, "INSERT INTO t VALUES (9, '9', 'n')");
      expect(db.rows(`old${round}`, "SELECT * FROM t ORDER BY id")).toEqual([
        [1, "1", "x"],
        [2, "two", "y"],
        [9, "9", "n"],
      ]);
      db.reopen();
    }
    const count = db.read({ op: "listTables", request: { branch: "main" } })[0]!.rowCount;
    expect(count).toBe(2);
    db.restore("main", { kind: "scn", scn: second });
    expect(db.rows("main", "SELECT * FROM t ORDER BY id")).toEqual([
      [1, "1", "x"],
      [2, "two", "z"],
      [5, "5", "v"],
    ]);
    expect(db.at("main", "SELECT * FROM t ORDER BY id", third)).toEqual([
      [1, 1, 7],
      [2, "two", 7],
      [5, 5, 7],
    ]);
  });
});

describe.each(ways)("a column that a rebuild %s renames", (_, run) => {
  it.each([
    ["without a key", "a, b", "a, c"],
    ["of a table with one column", "b", "c"],
    ["with a key that is not the rows' number", "k TEXT PRIMARY KEY, b", "k TEXT PRIMARY KEY, c"],
  ])("goes on, %s, where the copy numbers the rows anew", (_kind, before, after) => {
    const names = (columns: string) => columns.split(", ").map((column) => column.split(" ")[0]!);
    db.execute("main", `CREATE TABLE t (${before})`);
    for (let n = 1; n <= 5; n++) {
      const values = names(before).map((name) => (name === "b" ? n : `'${name}${n}'`));
      db.execute("main", `INSERT INTO t VALUES (${values.join(", ")})`);
    }
    // From here on no row keeps its number in a copy.
    db.execute("main", "DELETE FROM t WHERE b = 1");
    db.branch("dev", "main");
    db.execute("dev", "UPDATE t SET b = 30 WHERE b = 3");
    run(rebuild(after, names(after).join(", "), names(before).join(", ")));
    db.branch("back", "main");
    const own = db.merge("dev", "main", "manual");
    expect(own.merged).toBeGreaterThan(0);
    expect(db.rows("main", "SELECT c FROM t ORDER BY c")).toEqual([[2], [4], [5], [30]]);
    db.merge("back", "dev", "manual");
    expect(db.rows("dev", "SELECT c FROM t ORDER BY c")).toEqual([[2], [4], [5], [30]]);
  });

  it("does not go on in one with the same values in other rows", () => {
    db.execute("main", "CREATE TABLE t (k TEXT PRIMARY KEY, b)");
    db.execute("main", "INSERT INTO t VALUES ('k0', 0), ('k1', 1), ('k2', 2), ('k3', 3)", "DELETE FROM t WHERE b = 0");
    db.branch("dev", "main");
    db.execute("dev", "UPDATE t SET b = 9 WHERE k = 'k1'");
    run(rebuild("k TEXT PRIMARY KEY, c", "k, c", "k, 4 - b"));
    expect(() => db.merge("dev", "main", "manual")).toThrow("The schemas conflict");
    expect(db.rows("main", "SELECT * FROM t ORDER BY k")).toEqual([
      ["k1", 3],
      ["k2", 2],
      ["k3", 1],
    ]);
  });
});

describe("a table rebuilt commit by commit", () => {
  const STEPS = rebuild("id INTEGER PRIMARY KEY, a INTEGER, c DEFAULT 7", "id, a", "id, a");
  const tables = (branch: string) =>
    db.read({ op: "listTables", request: { branch } }).map(({ name, rowCount }) => `${name} ${rowCount}`);

  it.each([
    ["no key besides", "id INTEGER PRIMARY KEY, a TEXT, b", []],
    ["foreign keys of its own", "id INTEGER PRIMARY KEY, a TEXT REFERENCES p, b", []],
    ["a child", "id INTEGER PRIMARY KEY, a TEXT, b", ["CREATE TABLE c (id INTEGER PRIMARY KEY, t REFERENCES t)"]],
  ])("can be gone back to, and branched from, at each step: with %s", (_, columns, more) => {
    db.execute("main", "CREATE TABLE p (k TEXT PRIMARY KEY)", "INSERT INTO p VALUES ('1'), ('2')", ...more);
    db.execute(
      "main",
      `CREATE TABLE t (${columns})`,
      "INSERT INTO t VALUES (1, '1', 'x'), (2, '2', 'y'), (9, '1', 'z')",
    );
    db.execute("main", "DELETE FROM t WHERE id = 9");
    const points = [head(), ...STEPS.map((sql) => db.execute("main", sql).scn)];
    db.execute("main", "INSERT INTO t (id, a) VALUES (3, 3)", "DELETE FROM t WHERE id = 1");
    const now = db.rows("main", "SELECT * FROM t ORDER BY id");
    const old = [
      [1, "1", "x"],
      [2, "2", "y"],
    ];
    const made = [
      [1, 1, 7],
      [2, 2, 7],
    ];
    const expected: [number, Record<string, unknown[][] | null>][] = [
      [points[0]!, { t: old, t_new: null }],
      [points[1]!, { t: old, t_new: [] }],
      [points[2]!, { t: old, t_new: made }],
      [points[3]!, { t: null, t_new: made }],
      [points[4]!, { t: made, t_new: null }],
    ];
    const check = (branch: string, states: Record<string, unknown[][] | null>, scn?: number) => {
      for (const [table, rows] of Object.entries(states)) {
        const at = scn === undefined ? undefined : ({ kind: "scn", scn } as const);
        const read = () => db.rows(branch, `SELECT * FROM ${table} ORDER BY id`, at);
        if (rows === null) expect(read).toThrow(/no such table/);
        else expect([scn, table, read()]).toEqual([scn, table, rows]);
      }
    };
    for (const [scn, states] of expected) check("main", states, scn);
    for (const [i, [scn, states]] of expected.entries()) {
      db.branch(`b${i}`, "main", { kind: "scn", scn });
      db.execute(`b${i}`, "CREATE TABLE own (a)");
      check(`b${i}`, states);
      for (const [earlier, then] of expected.slice(0, i)) check(`b${i}`, then, earlier);
      db.execute(`b${i}`, ...STEPS.slice(i), "DROP TABLE own");
      check(`b${i}`, expected[4]![1]);
      for (const [earlier, then] of expected.slice(0, i + 1)) check(`b${i}`, then, earlier);
    }
    for (const [scn, states] of [...expected].reverse()) {
      db.restore("main", { kind: "scn", scn });
      check("main", states);
      for (const [other, then] of expected) check("main", then, other);
    }
    db.restore("main", { kind: "scn", scn: points[4]! });
    expect(tables("main")).toContain("t 2");
    expect(db.at("main", "SELECT * FROM t ORDER BY id", points[4]! + 1)).toEqual(now);
  });
});

describe.each(ways)("a table without rowid, rebuilt %s", (_, run) => {
  it.each([
    ["fewer", "k1 TEXT, k2 TEXT, a, PRIMARY KEY (k1, k2)", "'x', 'y', 1", "k1 TEXT PRIMARY KEY, b"],
    ["more", "k1 TEXT PRIMARY KEY, a", "'x', 1", "k1 TEXT, b, k2 DEFAULT 'k', PRIMARY KEY (k1, k2)"],
  ])("with %s columns in its key and another column keeps its past", (_fewer, columns, row, other) => {
    db.execute("main", `CREATE TABLE t (${columns}) WITHOUT ROWID`);
    db.execute("main", `INSERT INTO t VALUES (${row})`);
    const before = db.rows("main", "SELECT * FROM t");
    const scn = head();
    const [create, ...rest] = rebuild(other, "k1, b", "k1, a");
    run([`${create} WITHOUT ROWID`, ...rest]);
    expect(db.rows("main", "SELECT k1, b FROM t")).toEqual([["x", 1]]);
    expect(db.at("main", "SELECT * FROM t", scn)).toEqual(before);
  });
});

it("a table that refers to itself is cleared away where a branch began between its drop and its return", () => {
  const columns = "id INTEGER PRIMARY KEY, a REFERENCES t";
  db.execute("main", `CREATE TABLE t (${columns})`, "INSERT INTO t VALUES (1, NULL), (2, NULL)");
  const scns = rebuild(`${columns}, b`, "id, a", "id, a").map((sql) => db.execute("main", sql).scn);
  db.branch("between", "main", { kind: "scn", scn: scns[2]! });
  db.execute("between", "CREATE TABLE other (a)");
  db.travel(40 * 86_400_000);
  db.execute("between", "INSERT INTO other VALUES (1)");
  db.maintain();
  expect(db.rows("between", "SELECT * FROM t_new ORDER BY id").length).toBe(2);
  expect(() => db.rows("between", "SELECT * FROM t")).toThrow(/no such table/);
});
