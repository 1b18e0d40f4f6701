import { join } from "node:path";
import type { DiffRequest, PointInTime, RowDifference, StateRef } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Plain } from "../support/plain.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;

beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const diff = (from: StateRef, to: StateRef, extra: Partial<DiffRequest> = {}) =>
  db.read({ op: "diff", request: { from, to, limit: 1000, ...extra } });
const at = (scn: number): StateRef => ({ branch: "main", at: { kind: "scn", scn } });
const main: StateRef = { branch: "main" };
const side: StateRef = { branch: "side" };
const scn = (...statements: string[]) => db.execute("main", ...statements).scn;
const brief = (rows: readonly Plain<RowDifference>[]) => rows.map(({ kind, from, to }) => [kind, from, to]);
const keys = (rows: readonly Plain<RowDifference>[]) => rows.map(({ key }) => key);

describe("rows", () => {
  it("tell what was inserted, updated and deleted, with both sides and the columns that differ", () => {
    scn("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT)");
    const before = scn("INSERT INTO users VALUES (1, 'Ann', 30), (2, 'Bob', 40), (3, 'Cid', 50)");
    const after = scn("UPDATE users SET age = 31 WHERE id = 1", "DELETE FROM users WHERE id = 2");
    scn("INSERT INTO users VALUES (9, 'Dan', NULL)", "UPDATE users SET age = 50 WHERE id = 3");
    const [table, changed] = ["users", ["id", "name", "age"]];
    const [ann, bob] = [
      { id: 1, name: "Ann", age: 30 },
      { id: 2, name: "Bob", age: 40 },
    ];
    const dan = { id: 9, name: "Dan", age: null };
    expect(diff(at(before), main)).toEqual({
      fromScn: before,
      toScn: after + 1,
      schema: [],
      tables: [{ table, inserted: 1, updated: 1, deleted: 1 }],
      rows: [
        { table, kind: "update", key: [1], from: ann, to: { ...ann, age: 31 }, changed: ["age"] },
        { table, kind: "delete", key: [2], from: bob, to: null, changed },
        { table, kind: "insert", key: [9], from: null, to: dan, changed },
      ],
      next: null,
    });
    expect(diff(main, at(before)).rows.map(({ kind }) => kind)).toEqual(["update", "insert", "delete"]);
    expect(diff(at(before), at(after)).tables).toEqual([{ table, inserted: 0, updated: 1, deleted: 1 }]);
    expect(diff(main, main)).toMatchObject({ schema: [], tables: [], rows: [], next: null });
  });

  it("come by table name, then in the order that SQLite gives the key", () => {
    scn(
      "CREATE TABLE b (k TEXT PRIMARY KEY)",
      "CREATE TABLE a (k PRIMARY KEY)",
      "CREATE TABLE B2 (x, y, PRIMARY KEY (y, x))",
    );
    scn("CREATE TABLE c (k TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID");
    const before = scn("CREATE TABLE d (k TEXT PRIMARY KEY COLLATE RTRIM)");
    scn(
      "INSERT INTO a VALUES (x'00'), ('b'), ('B'), (2), (1.5), (-3), (9007199254740993), ('\u{ff5e}'), ('\u{1f600}'), ('')",
    );
    scn("INSERT INTO b VALUES ('x'), ('Y'), ('é')", "INSERT INTO B2 VALUES (2, 1), (1, 2), (1, 1)");
    scn("INSERT INTO c VALUES ('b'), ('A'), ('C')", "INSERT INTO d VALUES ('b '), ('a'), ('b c')");
    const { rows } = diff(at(before), main);
    expect([...new Set(rows.map(({ table }) => table))]).toEqual(["B2", "a", "b", "c", "d"]);
    for (const [table, order] of Object.entries({ a: "k", b: "k", B2: "y, x", c: "k", d: "k COLLATE RTRIM" })) {
      const own = rows.filter((row) => row.table === table);
      expect(keys(own)).toEqual(
        db.rows("main", `SELECT ${order.replace(/ COLLATE.*/, "")} FROM ${table} ORDER BY ${order}`),
      );
    }
  });

  it("are the same where a key was changed and changed back, or a value written again", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "CREATE TABLE n (k TEXT PRIMARY KEY COLLATE NOCASE, v)");
    const before = scn("INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT INTO n VALUES ('a', 1), ('b', 2)");
    scn("UPDATE t SET id = 7 WHERE id = 1", "UPDATE t SET v = 2", "REPLACE INTO n VALUES ('b', 2)");
    scn("UPDATE t SET id = 1, v = 1 WHERE id = 7", "DELETE FROM n WHERE k = 'a'", "INSERT INTO n VALUES ('a', 1)");
    expect(diff(at(before), main)).toMatchObject({ tables: [], rows: [] });
    scn("UPDATE n SET k = 'A' WHERE k = 'a'", "UPDATE t SET v = 1.0 WHERE id = 1");
    expect(brief(diff(at(before), main).rows)).toEqual([
      ["update", { k: "a", v: 1 }, { k: "A", v: 1 }],
      ["update", { id: 1, v: 1 }, { id: 1, v: 1 }],
    ]);
  });

  it("with a changed key are one gone and one come", () => {
    scn("CREATE TABLE t (k TEXT PRIMARY KEY, v)");
    const before = scn("INSERT INTO t VALUES ('a', 1), ('b', 2)");
    scn("UPDATE t SET k = 'c' WHERE k = 'a'");
    expect(brief(diff(at(before), main).rows)).toEqual([
      ["delete", { k: "a", v: 1 }, null],
      ["insert", null, { k: "c", v: 1 }],
    ]);
  });

  it("of two branches differ by what either did since they parted", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3), (4, 4)");
    db.branch("side");
    expect(diff(main, side).rows).toEqual([]);
    db.execute("side", "UPDATE t SET v = 'side' WHERE id IN (1, 2)", "INSERT INTO t VALUES (5, 'side')");
    scn("UPDATE t SET v = 'main' WHERE id IN (2, 3)", "DELETE FROM t WHERE id = 4", "INSERT INTO t VALUES (5, 'main')");
    expect(brief(diff(main, side).rows)).toEqual([
      ["update", { id: 1, v: 1 }, { id: 1, v: "side" }],
      ["update", { id: 2, v: "main" }, { id: 2, v: "side" }],
      ["update", { id: 3, v: "main" }, { id: 3, v: 3 }],
      ["insert", null, { id: 4, v: 4 }],
      ["update", { id: 5, v: "main" }, { id: 5, v: "side" }],
    ]);
    db.merge("side", "main", "source");
    db.merge("main", "side", "source");
    expect(diff(main, side).rows).toEqual([]);
  });

  it("can be compared over a reset, and with what the branch was before it", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 1)");
    db.branch("side");
    const own = db.execute("side", "UPDATE t SET v = 2").scn;
    db.control({ op: "resetBranch", request: { branch: "side", to: "parent", author: "test" } });
    expect(diff(main, side).rows).toEqual([]);
    db.execute("side", "UPDATE t SET v = 3");
    const was: StateRef = { branch: "side", at: { kind: "scn", scn: own } };
    expect(brief(diff(was, side).rows)).toEqual([["update", { id: 1, v: 2 }, { id: 1, v: 3 }]]);
  });

  it("without a key are compared as often as they are there", () => {
    scn("CREATE TABLE t (v, w)");
    const before = scn("INSERT INTO t VALUES ('a', 1), ('a', 1), ('b', 1), ('c', 1)");
    scn("DELETE FROM t WHERE rowid = 1", "UPDATE t SET w = 2 WHERE v = 'b'", "INSERT INTO t VALUES ('c', 1)");
    const { rows, tables } = diff(at(before), main);
    expect(tables).toEqual([{ table: "t", inserted: 2, updated: 0, deleted: 2 }]);
    expect(keys(rows)).toEqual([[], [], [], []]);
    expect(brief(rows)).toEqual([
      ["delete", { v: "a", w: 1 }, null],
      ["delete", { v: "b", w: 1 }, null],
      ["insert", null, { v: "b", w: 2 }],
      ["insert", null, { v: "c", w: 1 }],
    ]);
    const middle = scn("DELETE FROM t");
    scn("INSERT INTO t VALUES ('c', 1), ('a', 1), ('b', 1), ('a', 1)");
    expect(diff(at(before), main).rows).toEqual([]);
    expect(diff(at(middle), main).tables).toEqual([{ table: "t", inserted: 4, updated: 0, deleted: 0 }]);
  });

  it("with NULL in their key are compared like rows without one", () => {
    scn("CREATE TABLE t (k TEXT PRIMARY KEY, v)");
    const before = scn("INSERT INTO t VALUES (NULL, 1), (NULL, 1), ('a', 1)");
    scn("DELETE FROM t WHERE rowid = 1", "INSERT INTO t VALUES (NULL, 2)", "UPDATE t SET k = NULL WHERE k = 'a'");
    expect(brief(diff(at(before), main).rows)).toEqual([
      ["insert", null, { k: null, v: 2 }],
      ["delete", { k: "a", v: 1 }, null],
    ]);
  });

  it("are exact beyond 2^53 and carry values as answers do", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, flag BOOLEAN, data BLOB, r REAL)");
    const before = scn("INSERT INTO t VALUES (9007199254740993, 0, x'00ff', 1.5)");
    scn("UPDATE t SET flag = 1", "INSERT INTO t VALUES (-9223372036854775808, NULL, NULL, 9e999)");
    expect(diff(at(before), main).rows).toMatchObject([
      { kind: "insert", key: ["-9223372036854775808"], to: { flag: null, data: null, r: "Infinity" } },
      { kind: "update", key: ["9007199254740993"], from: { flag: false, data: "AP8=" }, to: { flag: true, r: 1.5 } },
    ]);
  });
});

describe("tables", () => {
  it("that one side has alone come or go with all their rows", () => {
    const empty = scn("CREATE TABLE other (id INTEGER PRIMARY KEY)");
    scn("CREATE TABLE t (k TEXT PRIMARY KEY, v)", "CREATE TABLE loose (v)");
    scn("INSERT INTO t VALUES ('b', 1), ('a', 2), (NULL, 3)", "INSERT INTO loose VALUES ('x'), ('x')");
    const { rows, tables } = diff(at(empty), main);
    expect(tables).toEqual([
      { table: "loose", inserted: 2, updated: 0, deleted: 0 },
      { table: "t", inserted: 3, updated: 0, deleted: 0 },
    ]);
    expect(keys(rows)).toEqual([[], [], [], ["a"], ["b"]]);
    expect(rows.every(({ kind, from }) => kind === "insert" && from === null)).toBe(true);
    expect(diff(main, at(empty)).rows.map(({ kind, to }) => [kind, to])).toEqual(rows.map(() => ["delete", null]));
  });

  it("stay the same when renamed, and so do their columns", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v, w)");
    const before = scn("INSERT INTO t VALUES (1, 1, 1), (2, 2, 2)");
    scn("ALTER TABLE t RENAME TO u", "ALTER TABLE u RENAME COLUMN v TO x", "UPDATE u SET x = 5 WHERE id = 1");
    const { rows, tables, schema } = diff(at(before), main);
    expect(tables).toEqual([{ table: "u", inserted: 0, updated: 1, deleted: 0 }]);
    expect(rows[0]).toMatchObject({ from: { id: 1, v: 1, w: 1 }, to: { id: 1, x: 5, w: 1 }, changed: ["x"] });
    expect(schema).toMatchObject([{ type: "table", name: "u", change: "altered" }]);
    for (const name of ["t", "u"]) expect(diff(at(before), main, { tables: [name] }).rows).toHaveLength(1);
  });

  it("with a new or a lost column differ only in rows that have more there than its default", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "CREATE TABLE loose (v)");
    const before = scn("INSERT INTO t VALUES (1, 1), (2, 2)", "INSERT INTO loose VALUES (1), (2)");
    scn("ALTER TABLE t ADD COLUMN a INT DEFAULT '7'", "ALTER TABLE t ADD COLUMN b TEXT NOT NULL DEFAULT x1");
    scn("ALTER TABLE loose ADD COLUMN a DEFAULT 5", "UPDATE loose SET a = 6 WHERE v = 2");
    scn("UPDATE t SET a = 8 WHERE id = 2");
    const { rows } = diff(at(before), main);
    expect(brief(rows)).toEqual([
      ["delete", { v: 2 }, null],
      ["insert", null, { v: 2, a: 6 }],
      ["update", { id: 2, v: 2 }, { id: 2, v: 2, a: 8, b: "x1" }],
    ]);
    expect(rows[2]!.changed).toEqual(["a"]);
    const wide = scn("INSERT INTO t (id, v) VALUES (3, 3)");
    scn("ALTER TABLE t DROP COLUMN a");
    const dropped = diff(at(wide), main).rows;
    expect(dropped.map(({ key, changed }) => [key, changed])).toEqual([[[2], ["a"]]]);
  });

  it("that both sides gave a column of one name but two defaults differ in every row", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY)");
    scn("INSERT INTO t VALUES (1), (2)");
    db.branch("side");
    db.execute("side", "ALTER TABLE t ADD COLUMN v DEFAULT 1");
    scn("ALTER TABLE t ADD COLUMN v DEFAULT 2", "UPDATE t SET v = 1 WHERE id = 1");
    expect(brief(diff(main, side).rows)).toEqual([["update", { id: 2, v: 2 }, { id: 2, v: 1 }]]);
  });

  it("that both sides made under one name are compared row by row", () => {
    db.branch("side");
    for (const [branch, v] of [
      ["main", 1],
      ["side", 2],
    ]) {
      db.execute(String(branch), "CREATE TABLE t (k TEXT PRIMARY KEY, v)", "CREATE TABLE loose (v)");
      db.execute(
        String(branch),
        `INSERT INTO t VALUES ('b', 0), ('a', ${v}), ('${branch}', 0), (NULL, ${v}), (NULL, 0)`,
      );
      db.execute(String(branch), `INSERT INTO loose VALUES (0), (${v})`);
    }
    expect(brief(diff(main, side).rows)).toEqual([
      ["delete", { v: 1 }, null],
      ["insert", null, { v: 2 }],
      ["delete", { k: null, v: 1 }, null],
      ["insert", null, { k: null, v: 2 }],
      ["update", { k: "a", v: 1 }, { k: "a", v: 2 }],
      ["delete", { k: "main", v: 0 }, null],
      ["insert", null, { k: "side", v: 0 }],
    ]);
  });

  it("of loaded files are compared row by row, since no log tells what is in them", () => {
    for (const [name, v] of [
      ["one", 1],
      ["two", 2],
    ] as const) {
      const path = join(db.directory, `${name}.db`);
      const file = new Database(path);
      file.exec("CREATE TABLE bare (k TEXT PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
      file.exec(`INSERT INTO bare VALUES ('a', ${v}), ('b', 0); INSERT INTO t VALUES (1, 0), (2, ${v})`);
      file.close();
      db.import(name, path);
    }
    db.execute("two", "INSERT INTO bare VALUES ('c', 3)");
    expect(brief(diff({ branch: "one" }, { branch: "two" }).rows)).toEqual([
      ["update", { k: "a", v: 1 }, { k: "a", v: 2 }],
      ["insert", null, { k: "c", v: 3 }],
      ["update", { id: 2, v: 1 }, { id: 2, v: 2 }],
    ]);
  });

  it("that share a name but no key are one gone and one come", () => {
    const before = scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "INSERT INTO t VALUES (1, 1), (2, 2)");
    scn("DROP TABLE t");
    scn("CREATE TABLE t (name TEXT PRIMARY KEY)", "INSERT INTO t VALUES ('a')");
    const { rows, tables, schema } = diff(at(before), main);
    expect(rows.map(({ kind, key }) => [kind, key])).toEqual([
      ["delete", [1]],
      ["delete", [2]],
      ["insert", ["a"]],
    ]);
    expect(tables).toEqual([{ table: "t", inserted: 1, updated: 0, deleted: 2 }]);
    expect(schema).toMatchObject([{ type: "table", name: "t", change: "altered" }]);
  });

  it("can be chosen, with what belongs to them", () => {
    const before = scn("CREATE TABLE a (id INTEGER PRIMARY KEY, v)", "CREATE TABLE b (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO a VALUES (1, 1)", "INSERT INTO b VALUES (1, 1)");
    scn("CREATE INDEX a_v ON a (v)", "CREATE INDEX b_v ON b (v)", "CREATE VIEW seen AS SELECT * FROM a");
    const page = diff(at(before), main, { tables: ["A"] });
    expect(page.tables).toEqual([{ table: "a", inserted: 1, updated: 0, deleted: 0 }]);
    expect(page.schema.map(({ name }) => name)).toEqual(["a_v"]);
    expect(diff(at(before), main, { tables: [] })).toMatchObject({ tables: [], rows: [], schema: [] });
    expect(codeOf(() => diff(at(before), main, { tables: ["a", "seen"] }))).toBe("TABLE_NOT_FOUND");
    expect(codeOf(() => diff(main, main, { tables: ["nothing"] }))).toBe("TABLE_NOT_FOUND");
  });
});

describe("the schema", () => {
  it("differs by what was added, dropped and altered, tables first", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "CREATE TABLE gone (id INTEGER PRIMARY KEY)");
    scn("CREATE INDEX i ON t (v)", "CREATE VIEW w AS SELECT id FROM t");
    const before = scn("CREATE TRIGGER tr AFTER DELETE ON t BEGIN DELETE FROM gone; END");
    scn("DROP TRIGGER tr", "DROP TABLE gone", "ALTER TABLE t ADD COLUMN x");
    scn("CREATE TABLE made (id INTEGER PRIMARY KEY)", "DROP INDEX i", "CREATE INDEX i ON t (v, x)");
    const { schema } = diff(at(before), main);
    expect(schema.map(({ type, name, change }) => [type, name, change])).toEqual([
      ["table", "gone", "dropped"],
      ["table", "made", "added"],
      ["table", "t", "altered"],
      ["index", "i", "altered"],
      ["trigger", "tr", "dropped"],
    ]);
    expect(schema[3]).toMatchObject({ from: "CREATE INDEX i ON t (v)", to: "CREATE INDEX i ON t (v, x)" });
    expect([schema[0]!.to, schema[1]!.from]).toEqual([null, null]);
  });

  it("does not differ by how it was written", () => {
    db.branch("side");
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "CREATE VIEW w AS SELECT id FROM t");
    db.execute(
      "side",
      'create table "T" ( id integer primary key, V ) -- the same',
      "CREATE VIEW W AS select ID from t",
    );
    expect(diff(main, side).schema).toEqual([]);
  });
});

describe("pages", () => {
  const next = (page: { next: string | null }) => page.next ?? "";
  let before: number;

  beforeEach(() => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)", "CREATE TABLE u (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 0), (2, 0), (3, 0)", "INSERT INTO u VALUES (1, 0), (2, 0)");
    before = scn("INSERT INTO u VALUES (3, 0)");
    scn("UPDATE t SET v = 1", "UPDATE u SET v = 1");
  });

  it("end where the differences do, and a limit of 0 asks for the counts alone", () => {
    expect(diff(at(before), main, { limit: 6 })).toMatchObject({ next: null, rows: { length: 6 } });
    const counts = diff(at(before), main, { limit: 0 });
    expect(counts).toMatchObject({ rows: [], next: null });
    expect(counts.tables).toEqual(diff(at(before), main).tables);
    const first = diff(at(before), main, { limit: 3 });
    const second = diff(at(before), main, { limit: 3, cursor: next(first) });
    expect([...first.rows, ...second.rows]).toEqual(diff(at(before), main).rows);
    expect(second).toMatchObject({ next: null, tables: counts.tables });
  });

  it("go on with the states of the first one while the branches are written", () => {
    const whole = diff(at(before), main);
    const first = diff(at(before), main, { limit: 2 });
    scn("UPDATE t SET v = 2", "DELETE FROM u");
    const second = diff(at(before), main, { limit: 10, cursor: next(first) });
    expect([...first.rows, ...second.rows]).toEqual(whole.rows);
    expect(second.toScn).toBe(whole.toScn);
    db.reopen();
    expect(diff(at(before), main, { limit: 10, cursor: next(first) })).toEqual(second);
  });

  it("of a whole table need no list of its rows", () => {
    const rows = diff(at(1), main).rows;
    const paged: Plain<RowDifference>[] = [];
    for (let cursor: string | undefined; ; ) {
      const page = diff(at(1), main, { limit: 2, cursor });
      paged.push(...page.rows);
      if (page.next === null) break;
      cursor = page.next;
    }
    expect(rows).toHaveLength(6);
    expect(paged).toEqual(rows);
  });

  it("refuse a cursor that is none, or of another difference", () => {
    const cursor = next(diff(at(before), main, { limit: 2 }));
    const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const [fromScn, toScn, part] = JSON.parse(Buffer.from(cursor, "base64url").toString()) as [number, number, string];
    const bad = ["", "x", encoded({}), encoded([1, 2]), encoded([fromScn, toScn, "nothing", 1])];
    for (const after of [99, -1, 1.5, "[]", {}]) bad.push(encoded([fromScn, toScn, part, after]));
    for (const each of bad) expect(codeOf(() => diff(at(before), main, { cursor: each }))).toBe("INVALID_CURSOR");
    expect(codeOf(() => diff(at(before - 1), main, { cursor }))).toBe("INVALID_CURSOR");
    expect(codeOf(() => diff(at(before), main, { cursor, tables: ["u"] }))).toBe("INVALID_CURSOR");
    const whole = next(diff(at(1), main, { limit: 1 }));
    const [a, b, table] = JSON.parse(Buffer.from(whole, "base64url").toString()) as unknown[];
    for (const after of ["x", "[1, 2]", 3]) {
      expect(codeOf(() => diff(at(1), main, { cursor: encoded([a, b, table, after]) }))).toBe("INVALID_CURSOR");
    }
  });

  it("are refused where a branch was reset between them", () => {
    db.branch("side");
    db.execute("side", "UPDATE t SET v = 5");
    const cursor = next(diff(main, side, { limit: 1 }));
    expect(diff(main, side, { limit: 1, cursor }).rows).toHaveLength(1);
    db.control({ op: "resetBranch", request: { branch: "side", to: "parent", author: "test" } });
    expect(codeOf(() => diff(main, side, { limit: 1, cursor }))).toBe("INVALID_CURSOR");
  });
});

describe("states", () => {
  it("that can't be read are refused as elsewhere", () => {
    const later: PointInTime = { kind: "scn", scn: 10_000 };
    expect(codeOf(() => diff(main, { branch: "nobody" }))).toBe("BRANCH_NOT_FOUND");
    expect(codeOf(() => diff(main, { branch: "main", at: later }))).toBe("POINT_IN_FUTURE");
  });

  it("whose common past has been removed can't be compared, and nothing is left open", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const kept = scn("INSERT INTO t VALUES (1, 0)");
    const request = { branch: "main", at: { kind: "scn", scn: kept }, author: "test" } as const;
    db.control({ op: "createSnapshot", request });
    for (let v = 1; v < 8; v++) scn(`UPDATE t SET v = ${v}`);
    db.control({ op: "setRetention", request: { historyBytes: 1 } });
    let jobs = 0;
    for (let turns = 0; turns < 6; turns++) jobs += db.maintain().jobs;
    expect(jobs).toBe(1);
    expect(db.at("main", "SELECT v FROM t", kept)).toEqual([[0]]);
    expect(codeOf(() => diff(at(kept), main))).toBe("POINT_EXPIRED");
    expect(codeOf(() => diff(main, at(kept)))).toBe("POINT_EXPIRED");
    expect(diff(at(kept), at(kept)).rows).toEqual([]);
    const last = scn("UPDATE t SET v = 100");
    expect(brief(diff(at(last - 1), main).rows)).toEqual([["update", { id: 1, v: 7 }, { id: 1, v: 100 }]]);
  });

  it("are read from a rewound copy where there is one", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const before = scn("INSERT INTO t VALUES (1, 0)");
    scn("UPDATE t SET v = 1", "INSERT INTO t VALUES (2, 2)");
    const wanted = diff(at(before), main).rows;
    db.makeCopy("b1", before);
    expect(diff(at(before), main).rows).toEqual(wanted);
    expect(brief(wanted)).toHaveLength(2);
  });

  it("may be held for several reads", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const before = scn("INSERT INTO t VALUES (1, 0)");
    db.reader.pin();
    expect(diff(at(before), main).rows).toEqual([]);
    scn("UPDATE t SET v = 1");
    expect(diff(at(before), main).rows).toEqual([]);
    db.reader.unpin();
    expect(diff(at(before), main).rows).toHaveLength(1);
  });
});
