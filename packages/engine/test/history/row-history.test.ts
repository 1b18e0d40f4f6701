import type { RowHistoryRequest, Value } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

describe("the versions of a row", () => {
  let db: TestDatabase;

  beforeEach(() => {
    db = new TestDatabase();
  });
  afterEach(() => db.dispose());

  const page = (table: string, key: readonly Value[], extra: Partial<RowHistoryRequest> = {}) =>
    db.read({ op: "rowHistory", request: { branch: "main", table, key, limit: 100, ...extra } });
  const versions = (table: string, key: readonly Value[], extra: Partial<RowHistoryRequest> = {}) =>
    page(table, key, extra).versions.map(({ kind, row }) => [kind, row]);
  const scn = (...statements: string[]) => db.execute("main", ...statements).scn;

  it("are listed newest first, each with its commit and what it changed", () => {
    scn("CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT)");
    const made = db.execute("main", "INSERT INTO users VALUES (1, 'Ann', 30)");
    const statements = [{ sql: "UPDATE users SET age = 31" }];
    const request = { branch: "main", author: "bob", message: "birthday", statements };
    const changed = db.write({ op: "execute", request });
    const gone = db.execute("main", "DELETE FROM users");
    const branch = { id: db.info("main").id, name: "main" };
    const by = { author: "test", message: null, branch };
    expect(page("USERS", ["1"])).toEqual({
      table: "users",
      key: [1],
      versions: [
        { scn: gone.scn, timestamp: gone.timestamp, kind: "delete", ...by, row: null, changed: [] },
        {
          ...{ scn: changed.scn, timestamp: changed.timestamp, kind: "update" },
          ...{ author: "bob", message: "birthday", branch },
          ...{ row: { id: 1, name: "Ann", age: 31 }, changed: ["age"] },
        },
        {
          ...{ scn: made.scn, timestamp: made.timestamp, kind: "insert", ...by },
          ...{ row: { id: 1, name: "Ann", age: 30 }, changed: ["id", "name", "age"] },
        },
      ],
      next: null,
    });
  });

  it("tell the commit of an insert that left no entry in the log", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (5, 0)");
    const made = scn("INSERT INTO t VALUES (7, 0)");
    scn("INSERT INTO t VALUES (9, 0)");
    const low = scn("INSERT INTO t VALUES (6, 0)");
    expect(page("t", [7]).versions.map((version) => version.scn)).toEqual([made]);
    expect(page("t", [6]).versions.map((version) => version.scn)).toEqual([low]);
  });

  it("leave out writes that changed nothing", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 5), (2, 5)");
    scn("UPDATE t SET v = 5");
    scn("UPDATE t SET v = 6 WHERE id = 1", "UPDATE t SET v = 5 WHERE id = 1", "UPDATE t SET v = 1 WHERE id = 2");
    expect(versions("t", [1])).toEqual([["insert", { id: 1, v: 5 }]]);
    expect(versions("t", [2])).toHaveLength(2);
  });

  it("follow a key, not a rowid: a key that changes is a delete of one and an insert of the other", () => {
    scn("CREATE TABLE t (name TEXT PRIMARY KEY COLLATE NOCASE, v)");
    const first = scn("INSERT INTO t VALUES ('a', 1)");
    const second = scn("UPDATE t SET name = 'b'");
    const third = scn("INSERT INTO t VALUES ('A', 2)");
    expect(page("t", ["a"]).versions.map((version) => [version.scn, version.kind])).toEqual([
      [third, "insert"],
      [second, "delete"],
      [first, "insert"],
    ]);
    expect(versions("t", ["B"])).toEqual([["insert", { name: "b", v: 1 }]]);
    const cased = scn("UPDATE t SET name = 'a' WHERE name = 'A'");
    expect(page("t", ["A"]).versions[0]).toMatchObject({ scn: cased, kind: "update", changed: ["name"] });
  });

  it("go on where REPLACE gives a key another rowid", () => {
    scn("CREATE TABLE t (name TEXT PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES ('a', 1), ('b', 1)");
    scn("REPLACE INTO t VALUES ('a', 2)");
    expect(versions("t", ["a"])).toEqual([
      ["update", { name: "a", v: 2 }],
      ["insert", { name: "a", v: 1 }],
    ]);
  });

  it("do not count a row that REPLACE might have pushed out and did not", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, a, twice AS (a * 2) UNIQUE)");
    scn("INSERT INTO t VALUES (1, 1), (2, 2), (3, 3)");
    scn("INSERT OR REPLACE INTO t VALUES (4, 2)");
    expect(versions("t", [1])).toHaveLength(1);
    expect(versions("t", [2]).map(([kind]) => kind)).toEqual(["delete", "insert"]);
    const { entries } = db.read({ op: "history", request: { branch: "main", limit: 1 } });
    expect(entries[0]!.tables).toEqual([{ table: "t", inserted: 1, updated: 0, deleted: 1 }]);
  });

  it("are told by all values of a composite key and its collations, with or without rowids", () => {
    for (const [name, option] of Object.entries({ plain: "", bare: "WITHOUT ROWID" })) {
      scn(`CREATE TABLE ${name} (x INT, y TEXT COLLATE NOCASE, v, PRIMARY KEY (y, x)) ${option}`);
      scn(`INSERT INTO ${name} VALUES (1, 'a', 0), (2, 'a', 0)`);
      scn(`UPDATE ${name} SET v = 1 WHERE x = 1`, `UPDATE ${name} SET x = 3 WHERE x = 2`);
      expect(versions(name, ["A", "1"])).toEqual([
        ["update", { x: 1, y: "a", v: 1 }],
        ["insert", { x: 1, y: "a", v: 0 }],
      ]);
      expect(versions(name, ["a", 2]).map(([kind]) => kind)).toEqual(["delete", "insert"]);
      expect(versions(name, ["a", 3]).map(([kind]) => kind)).toEqual(["insert"]);
    }
  });

  it("of a table that declares no key are told by rowid", () => {
    scn("CREATE TABLE t (v)");
    scn("INSERT INTO t VALUES ('x'), ('y')");
    scn("UPDATE t SET v = 'z' WHERE v = 'y'");
    expect(versions("t", [2])).toEqual([
      ["update", { v: "z" }],
      ["insert", { v: "y" }],
    ]);
    expect(page("t", [2]).key).toEqual([2]);
  });

  it("are exact beyond 2^53", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (9007199254740993, 9007199254740995), (9007199254740992, 1)");
    scn("UPDATE t SET v = v + 1 WHERE id = 9007199254740993");
    scn("INSERT INTO t VALUES (-9223372036854775808, 1)");
    expect(versions("t", ["9007199254740993"])).toEqual([
      ["update", { id: "9007199254740993", v: "9007199254740996" }],
      ["insert", { id: "9007199254740993", v: "9007199254740995" }],
    ]);
    expect(versions("t", ["-9223372036854775808"])).toHaveLength(1);
    expect(codeOf(() => page("t", ["9007199254740994"]))).toBe("ROW_NOT_FOUND");
  });

  it("are found by keys that JSON has no type for", () => {
    scn("CREATE TABLE blobs (k BLOB PRIMARY KEY, v)", "CREATE TABLE anything (k PRIMARY KEY, v)");
    scn("CREATE TABLE reals (k REAL PRIMARY KEY, v)", "CREATE TABLE flags (k BOOLEAN PRIMARY KEY, v)");
    scn("INSERT INTO blobs VALUES (x'00ff', 1), ('AP8=', 2)", "INSERT INTO reals VALUES (5, 1), (1e18, 2)");
    scn("INSERT INTO anything VALUES ('5', 1), (5, 2), (9007199254740993, 3), (x'00ff', 4), ('x', 5)");
    scn("INSERT INTO flags VALUES (1, 'yes')");
    expect(versions("blobs", ["AP8="])).toEqual([["insert", { k: "AP8=", v: 1 }]]);
    expect(versions("reals", [5])).toEqual([["insert", { k: 5, v: 1 }]]);
    expect(versions("reals", ["1e18"])).toEqual([["insert", { k: 1e18, v: 2 }]]);
    expect(versions("anything", ["5"])).toEqual([["insert", { k: "5", v: 1 }]]);
    expect(versions("anything", [5])).toEqual([["insert", { k: 5, v: 2 }]]);
    expect(versions("anything", ["9007199254740993"])).toEqual([["insert", { k: "9007199254740993", v: 3 }]]);
    expect(page("anything", ["AP8="])).toMatchObject({ key: ["AP8="], versions: [{ row: { v: 4 } }] });
    expect(versions("flags", [1n])).toEqual([["insert", { k: true, v: "yes" }]]);
    const before = scn("UPDATE anything SET v = 40 WHERE v = 4");
    expect(versions("anything", ["AP8="], { before })).toEqual([["insert", { k: "AP8=", v: 4 }]]);
  });

  it("have the columns of their own time", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, a, b)");
    scn("INSERT INTO t VALUES (1, 'a1', 'b1'), (2, 'a2', NULL)");
    scn("ALTER TABLE t RENAME COLUMN a TO c");
    scn("ALTER TABLE t ADD COLUMN d DEFAULT 7");
    scn("UPDATE t SET c = 'a1+' WHERE id = 1");
    scn("UPDATE t SET d = 8 WHERE id = 1");
    scn("ALTER TABLE t DROP COLUMN b");
    scn("ALTER TABLE t RENAME TO u");
    const { versions: found, table } = page("u", [1]);
    expect(table).toBe("u");
    expect(found.map(({ kind, row, changed }) => [kind, row, changed])).toEqual([
      // Dropping a column takes the value away from rows that had one.
      ["update", { id: 1, c: "a1+", d: 8 }, ["b"]],
      ["update", { id: 1, c: "a1+", b: "b1", d: 8 }, ["d"]],
      ["update", { id: 1, c: "a1+", b: "b1", d: 7 }, ["c"]],
      ["insert", { id: 1, a: "a1", b: "b1" }, ["id", "a", "b"]],
    ]);
    expect(versions("u", [2])).toEqual([["insert", { id: 2, a: "a2", b: null }]]);
    expect(page("t", [2]).table).toBe("u");
  });

  it("end with the drop of the table, whether its rows were put aside or deleted", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("CREATE TABLE child (id INTEGER PRIMARY KEY, t REFERENCES t (id) ON DELETE SET NULL)");
    scn("INSERT INTO t VALUES (1, 5), (2, 6)", "INSERT INTO child VALUES (1, 1)");
    scn("DELETE FROM t WHERE id = 2");
    const child = scn("DROP TABLE child");
    const dropped = scn("DROP TABLE t");
    expect(page("child", [1]).versions[0]).toMatchObject({ kind: "delete", scn: child, row: null });
    expect(page("t", [1]).versions.map((version) => [version.kind, version.scn])).toMatchObject([
      ["delete", dropped],
      ["insert", expect.any(Number)],
    ]);
    expect(versions("t", [2])).toHaveLength(2);
    expect(page("t", [2]).versions[0]!.scn).toBeLessThan(child);
    scn("CREATE TABLE t (name TEXT PRIMARY KEY)");
    expect(codeOf(() => page("t", ["1"]))).toBe("ROW_NOT_FOUND");
  });

  it("go on where a restore brings the table back", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const made = scn("INSERT INTO t VALUES (1, 5)");
    scn("UPDATE t SET v = 6");
    scn("DROP TABLE t");
    const at = { kind: "scn", scn: made } as const;
    db.control({ op: "restore", request: { branch: "main", at, author: "test" } });
    expect(versions("t", [1])).toEqual([
      ["insert", { id: 1, v: 5 }],
      ["delete", null],
      ["update", { id: 1, v: 6 }],
      ["insert", { id: 1, v: 5 }],
    ]);
  });

  it("of a branch that has not been written end at its fork", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    const fork = scn("INSERT INTO t VALUES (1, 5)");
    scn("UPDATE t SET v = 6");
    scn("INSERT INTO t VALUES (2, 0)", "DROP TABLE t");
    db.branch("early", "main", { kind: "scn", scn: fork });
    const branch = "early";
    expect(versions("t", [1], { branch })).toEqual([["insert", { id: 1, v: 5 }]]);
    expect(codeOf(() => page("t", [2], { branch }))).toBe("ROW_NOT_FOUND");
    db.execute("early", "UPDATE t SET v = 9");
    expect(page("t", [1], { branch }).versions.map((version) => version.branch!.name)).toEqual(["early", "main"]);
  });

  it("come in pages", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 0)");
    for (let v = 1; v < 6; v++) scn(`UPDATE t SET v = ${v}`);
    const values: unknown[] = [];
    for (let before: number | undefined; ; ) {
      const { versions: some, next } = page("t", [1], { limit: 2, before });
      expect(some.length).toBeLessThanOrEqual(2);
      values.push(...some.map(({ row }) => row!.v!));
      if (next === null) break;
      before = next;
    }
    expect(values).toEqual([5, 4, 3, 2, 1, 0]);
    expect(page("t", [1], { before: 2 })).toMatchObject({ versions: [], next: null });
  });

  it("begin with what was there when retention had removed the rest", () => {
    scn("CREATE TABLE t (id INTEGER PRIMARY KEY, v)");
    scn("INSERT INTO t VALUES (1, 0), (2, 0)");
    for (let v = 1; v < 8; v++) scn(`UPDATE t SET v = ${v} WHERE id = 1`);
    db.control({ op: "setRetention", request: { historyBytes: 1 } });
    db.maintain();
    const oldest = db.read({ op: "history", request: { branch: "main", limit: 100 } }).entries.at(-1)!;
    const first = page("t", [1]).versions.at(-1)!;
    expect(first).toMatchObject({ kind: "existing", scn: oldest.scn, timestamp: oldest.timestamp, changed: [] });
    expect([[first.row!.v]]).toEqual(db.at("main", "SELECT v FROM t WHERE id = 1", oldest.scn));
    expect(versions("t", [2])).toEqual([["existing", { id: 2, v: 0 }]]);
  });

  it("are refused where table or key make no sense", () => {
    scn("CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b))", "CREATE VIEW seen AS SELECT * FROM t");
    scn("CREATE TABLE ints (id INTEGER PRIMARY KEY)", "CREATE TABLE loose (v)");
    expect(codeOf(() => page("nothing", [1]))).toBe("TABLE_NOT_FOUND");
    expect(codeOf(() => page("seen", [1]))).toBe("TABLE_NOT_FOUND");
    expect(codeOf(() => page("t", [1]))).toBe("INVALID_FIELD");
    expect(() => page("t", [1])).toThrow("The key of 't' (a, b) takes 2 values, got 1.");
    expect(codeOf(() => page("t", [1, null]))).toBe("INVALID_FIELD");
    for (const key of ["x", 1.5, "9223372036854775808"])
      expect(codeOf(() => page("ints", [key]))).toBe("INVALID_FIELD");
    expect(codeOf(() => page("loose", []))).toBe("INVALID_FIELD");
    expect(codeOf(() => page("t", [1, "x"]))).toBe("ROW_NOT_FOUND");
    expect(codeOf(() => page("ints", [1], { branch: "nobody" }))).toBe("BRANCH_NOT_FOUND");
  });
});
