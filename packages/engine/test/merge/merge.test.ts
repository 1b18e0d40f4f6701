import type { HeliosError } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT)",
    "INSERT INTO users VALUES (1, 'ann', 30), (2, 'bob', 40)",
  );
  db.branch("dev");
});
afterEach(() => db.dispose());

const users = (branch: string) => db.rows(branch, "SELECT * FROM users ORDER BY id");

describe("merging rows", () => {
  it("joins changes to different columns of one row", () => {
    db.execute("dev", "UPDATE users SET name = 'Ann' WHERE id = 1");
    db.execute("main", "UPDATE users SET age = 31 WHERE id = 1");
    expect(db.merge("dev", "main")).toMatchObject({ merged: 1, conflictCount: 0, changed: true });
    expect(users("main")[0]).toEqual([1, "Ann", 31]);
  });

  it("merges nothing the second time", () => {
    db.execute("dev", "DELETE FROM users WHERE id = 2");
    expect(db.merge("dev", "main").merged).toBe(1);
    expect(db.merge("dev", "main")).toMatchObject({ merged: 0, changed: false });
  });

  it("lists every conflict when asked to leave them, and changes nothing", () => {
    db.execute(
      "dev",
      "UPDATE users SET name = 'D', age = 1 WHERE id = 1",
      "DELETE FROM users WHERE id = 2",
      "INSERT INTO users VALUES (3, 'd', 1)",
    );
    db.execute(
      "main",
      "UPDATE users SET name = 'M', age = 2 WHERE id = 1",
      "UPDATE users SET age = 2 WHERE id = 2",
      "INSERT INTO users VALUES (3, 'm', 2)",
    );
    const before = users("main");
    try {
      db.merge("dev", "main", "manual");
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "MERGE_CONFLICT", data: { conflict_count: 4 } });
      const found = (error as HeliosError).conflicts!;
      expect(found.map(({ type, rowId, column }) => [type, rowId, column])).toEqual([
        ["update_update", "1", "name"],
        ["update_update", "1", "age"],
        ["delete_update", "2", null],
        ["insert_insert", "3", null],
      ]);
    }
    expect(users("main")).toEqual(before);
  });

  it.each([
    ["auto", "M"],
    ["source", "D"],
    ["target", "M"],
  ] as const)("resolves by %s", (strategy, name) => {
    db.execute("dev", "UPDATE users SET name = 'D' WHERE id = 1");
    db.execute("main", "UPDATE users SET name = 'M' WHERE id = 1");
    const result = db.merge("dev", "main", strategy);
    expect(result).toMatchObject({ merged: 0, conflictCount: 1 });
    expect(result.conflicts[0]).toMatchObject({ base: "ann", source: "D", target: "M", resolved: name });
    expect(users("main")[0]![1]).toBe(name);
  });

  it("answers a repeated request with the first result, and deletes the source once", () => {
    db.execute("dev", "DELETE FROM users WHERE id = 1");
    const extra = { requestId: "m1", ifTargetScn: db.query("main", "SELECT 1").scn };
    const first = db.merge("dev", "main", "auto", extra);
    expect(db.merge("dev", "main", "auto", extra)).toEqual(first);
    expect(
      db.writer.outcome({
        op: "merge",
        request: { source: "dev", target: "main", strategy: "auto", author: "test", requestId: "m1" },
      }),
    ).toMatchObject({ scn: first.scn, merged: 1 });
    expect(db.merge("dev", "main", "auto", { deleteSource: true }).sourceDeleted).toBe(true);
    expect(codeOf(() => db.rows("dev", "SELECT 1"))).toBe("BRANCH_NOT_FOUND");
  });

  it("shows in a dry run what a merge would do, and does nothing", () => {
    db.execute("dev", "UPDATE users SET name = 'D' WHERE id = 1", "INSERT INTO users VALUES (7, 'x', 1)");
    const [scn, before] = [db.query("main", "SELECT 1").scn, users("main")];
    expect(db.merge("dev", "main", "auto", { dryRun: true })).toMatchObject({
      merged: 2,
      dryRun: true,
      changed: false,
      scn,
    });
    expect(users("main")).toEqual(before);
    expect(db.merge("dev", "main").merged).toBe(2);
  });

  it("goes only into the target that was looked at, when told so", () => {
    db.execute("dev", "DELETE FROM users");
    expect(codeOf(() => db.merge("dev", "main", "auto", { ifTargetScn: 1 }))).toBe("TARGET_MOVED");
    expect(db.merge("dev", "main", "auto", { ifTargetScn: db.query("main", "SELECT 1").scn }).merged).toBe(2);
  });

  it("refuses a state that breaks a constraint", () => {
    db.execute("main", "CREATE UNIQUE INDEX names ON users (name)");
    db.execute("dev", "UPDATE users SET name = 'zoe' WHERE id = 1");
    db.execute("main", "UPDATE users SET name = 'zoe' WHERE id = 2");
    expect(codeOf(() => db.merge("dev", "main"))).toBe("MERGE_CONSTRAINT");
    expect(users("main")).toEqual([
      [1, "ann", 30],
      [2, "zoe", 40],
    ]);
  });

  it.each(["", "CREATE INDEX by_user ON orders (user_id)"])("refuses rows without their parents %s", (index) => {
    db.execute("main", "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users)");
    if (index) db.execute("main", index);
    db.branch("two");
    db.execute("two", "INSERT INTO orders VALUES (1, 2)");
    db.execute("main", "DELETE FROM users WHERE id = 2");
    expect(codeOf(() => db.merge("two", "main"))).toBe("MERGE_CONSTRAINT");
    expect(codeOf(() => db.merge("main", "two"))).toBe("MERGE_CONSTRAINT");
    db.execute("two", "UPDATE orders SET user_id = 1");
    expect(db.merge("two", "main").merged).toBe(1);
    expect(db.rows("main", "SELECT * FROM orders")).toEqual([[1, 1]]);
  });

  it("does not run triggers again, and keeps them", () => {
    db.execute("main", "CREATE TABLE seen (id INTEGER PRIMARY KEY, who)");
    db.execute("main", "CREATE TRIGGER t AFTER UPDATE ON users BEGIN INSERT INTO seen (who) VALUES (new.id); END");
    db.branch("two");
    db.execute("two", "UPDATE users SET age = 1 WHERE id = 1");
    db.merge("two", "main");
    expect(db.rows("main", "SELECT who FROM seen")).toEqual([[1]]);
    db.execute("main", "UPDATE users SET age = 2 WHERE id = 2");
    expect(db.rows("main", "SELECT who FROM seen")).toEqual([[1], [2]]);
  });

  it("sees its own earlier write after the target was merged back", () => {
    db.execute("dev", "UPDATE users SET age = 1 WHERE id = 1");
    db.execute("main", "UPDATE users SET age = 2 WHERE id = 2");
    db.merge("main", "dev");
    db.merge("dev", "main");
    expect(users("main")).toEqual([
      [1, "ann", 1],
      [2, "bob", 2],
    ]);
    expect(users("dev")).toEqual(users("main"));
  });

  it("moves changes between branches that are not each other's parents", () => {
    db.branch("other");
    db.execute("dev", "INSERT INTO users VALUES (5, 'dev', 5)");
    db.merge("dev", "other");
    expect(users("other")).toHaveLength(3);
    expect(users("main")).toHaveLength(2);
  });

  it("knows merging into itself for a mistake", () => {
    expect(codeOf(() => db.merge("dev", "dev"))).toBe("INVALID_MERGE");
  });
});

describe("merging schemas", () => {
  it("brings new tables with their rows, indexes, views and triggers", () => {
    db.execute(
      "dev",
      "CREATE TABLE products (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
      "INSERT INTO products VALUES (1, 'a'), (2, 'b')",
    );
    db.execute("dev", "CREATE INDEX by_name ON products (name)");
    db.execute("dev", "CREATE VIEW names AS SELECT name FROM products");
    expect(db.merge("dev", "main").merged).toBe(2);
    expect(db.rows("main", "SELECT * FROM names ORDER BY 1")).toEqual([["a"], ["b"]]);
    expect(db.read({ op: "listTables", request: { branch: "main" } })[0]!.indexes).toEqual(["by_name"]);
  });

  it("adds, renames and drops columns as the source did", () => {
    db.execute("dev", "ALTER TABLE users ADD COLUMN city TEXT DEFAULT 'Rome'");
    db.execute("dev", "ALTER TABLE users RENAME COLUMN name TO full_name");
    db.execute("dev", "UPDATE users SET city = 'Oslo' WHERE id = 1");
    db.execute("main", "UPDATE users SET age = 31 WHERE id = 1", "INSERT INTO users VALUES (3, 'cid', 50)");
    db.merge("dev", "main");
    expect(db.rows("main", "SELECT id, full_name, age, city FROM users ORDER BY id")).toEqual([
      [1, "ann", 31, "Oslo"],
      [2, "bob", 40, "Rome"],
      [3, "cid", 50, "Rome"],
    ]);
    db.merge("main", "dev");
    db.execute("dev", "ALTER TABLE users DROP COLUMN age");
    db.merge("dev", "main");
    expect(db.query("main", "SELECT * FROM users").columns).toEqual(["id", "full_name", "city"]);
  });

  it("keeps what only the target added", () => {
    db.execute("main", "ALTER TABLE users ADD COLUMN extra DEFAULT 7");
    db.execute("dev", "UPDATE users SET age = 99 WHERE id = 2", "INSERT INTO users VALUES (9, 'new', 1)");
    db.merge("dev", "main");
    expect(users("main")).toEqual([
      [1, "ann", 30, 7],
      [2, "bob", 99, 7],
      [9, "new", 1, 7],
    ]);
  });

  it("drops what the source dropped, unless the target wrote to it", () => {
    db.execute("main", "CREATE TABLE a (x)", "CREATE TABLE b (x)");
    db.branch("two");
    db.execute("two", "DROP TABLE a", "DROP TABLE b");
    db.execute("main", "INSERT INTO b VALUES (1)");
    expect(codeOf(() => db.merge("two", "main"))).toBe("MERGE_CONFLICT");
    db.execute("main", "CREATE TABLE c (x)");
    expect(db.rows("main", "SELECT count(*) FROM a")).toEqual([[0]]);
  });

  it("refuses to drop a table that rows of the target still refer to", () => {
    db.execute(
      "main",
      "CREATE TABLE p (id INTEGER PRIMARY KEY)",
      "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p)",
    );
    db.execute("main", "INSERT INTO p VALUES (1)");
    db.branch("two");
    db.execute("two", "DROP TABLE p");
    db.execute("main", "INSERT INTO c VALUES (1, 1)");
    expect(codeOf(() => db.merge("two", "main"))).toBe("MERGE_CONSTRAINT");
    expect(db.rows("main", "SELECT * FROM p JOIN c ON c.p = p.id")).toEqual([[1, 1, 1]]);
  });

  it("reports tables made differently on both sides, whatever the strategy", () => {
    db.execute("dev", "CREATE TABLE t (a)");
    db.execute("main", "CREATE TABLE t (b)");
    expect(codeOf(() => db.merge("dev", "main", "source"))).toBe("MERGE_CONFLICT");
    expect(db.merge("dev", "main", "source", { dryRun: true }).conflicts[0]).toMatchObject({
      type: "schema",
      table: "t",
    });
  });
});
