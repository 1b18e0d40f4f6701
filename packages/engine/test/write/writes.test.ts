import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Value } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", "CREATE TABLE users (id INTEGER PRIMARY KEY, email TEXT UNIQUE, age INT CHECK (age >= 0))");
});
afterEach(() => db.dispose());

const insert = (id: number, requestId?: string) => ({
  op: "execute" as const,
  request: {
    branch: "main",
    author: "me",
    requestId,
    statements: [{ sql: `INSERT INTO users VALUES (${id}, 'u${id}', 1)` }],
  },
});

describe("a group of writes", () => {
  it("gives each its own outcome and SCN", () => {
    const outcomes = db.writer.write([insert(1), insert(1), insert(2)]);
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, false, true]);
    const scns = outcomes.flatMap((outcome) => (outcome?.ok ? [outcome.result.scn] : []));
    expect(scns[1]).toBe(scns[0]! + 1);
    expect(db.at("main", "SELECT count(*) FROM users", scns[0]!)).toEqual([[1]]);
  });

  it("survives a member that ends the transaction", () => {
    const rollback = {
      ...insert(1),
      request: { ...insert(1).request, statements: [{ sql: "INSERT OR ROLLBACK INTO users VALUES (1, 'x', 1)" }] },
    };
    const outcomes = db.writer.write([insert(1), rollback, insert(2)]);
    expect(outcomes.map((outcome) => outcome?.ok)).toEqual([true, false, true]);
    expect(db.rows("main", "SELECT id FROM users")).toEqual([[1], [2]]);
  });

  it("writes a repeated request once, over a restart too", () => {
    const [first] = db.writer.write([insert(1, "r1")]);
    db.reopen();
    const [second] = db.writer.write([insert(1, "r1")]);
    expect(second).toEqual(first);
    expect(db.rows("main", "SELECT count(*) FROM users")).toEqual([[1]]);
  });

  it("takes back a batch whole when one statement fails, and says which", () => {
    try {
      db.execute(
        "main",
        "INSERT INTO users VALUES (1, 'a', 1)",
        "CREATE TABLE made (x)",
        "INSERT INTO users VALUES (2, 'a', 1)",
      );
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "UNIQUE_VIOLATION", data: { statement_index: 2, columns: ["email"] } });
    }
    expect(db.rows("main", "SELECT count(*) FROM users")).toEqual([[0]]);
    db.execute("main", "CREATE TABLE made (y)", "INSERT INTO made VALUES (5)");
    expect(db.rows("main", "SELECT y FROM made")).toEqual([[5]]);
  });

  it("checks deferred foreign keys at each commit", () => {
    db.execute("main", "CREATE TABLE c (u REFERENCES users DEFERRABLE INITIALLY DEFERRED)");
    const bad = { ...insert(1), request: { ...insert(1).request, statements: [{ sql: "INSERT INTO c VALUES (77)" }] } };
    const outcomes = db.writer.write([insert(1), bad, insert(2)]);
    expect(outcomes.map((outcome) => (outcome?.ok ? "ok" : outcome?.error.code))).toEqual([
      "ok",
      "FOREIGN_KEY_VIOLATION",
      "ok",
    ]);
    expect(db.execute("main", "INSERT INTO c VALUES (9)", "INSERT INTO users VALUES (9, 'n', 1)").changed).toBe(true);
  });
});

describe("rows", () => {
  it("are inserted with their keys given back, all or none", () => {
    expect(db.insert("main", "users", [{ email: "a" }, { id: 9n, email: "b" }])).toMatchObject({
      inserted: 2,
      ids: [1, 9],
    });
    expect(codeOf(() => db.insert("main", "users", [{ email: "c" }, { email: "a" }]))).toBe("UNIQUE_VIOLATION");
    expect(db.rows("main", "SELECT count(*) FROM users")).toEqual([[2]]);
  });

  it("that are there already can be skipped or updated", () => {
    db.insert("main", "users", [{ email: "a", age: 1n }]);
    expect(db.insert("main", "users", [{ email: "a" }, { email: "b" }], "ignore")).toMatchObject({
      inserted: 1,
      skipped: 1,
      ids: [null, 2],
    });
    const rows: Record<string, Value>[] = [{ id: 1n, age: 5n }, { email: "c" }];
    expect(db.insert("main", "users", rows, "update")).toMatchObject({ inserted: 1, updated: 1, ids: [1, 3] });
    expect(db.rows("main", "SELECT age FROM users WHERE email = 'a'")).toEqual([[5]]);
  });

  it("with a wrong column, or one that breaks a rule, change nothing", () => {
    expect(codeOf(() => db.insert("main", "users", [{ emial: "a" }]))).toBe("SQL_NAME_NOT_FOUND");
    expect(codeOf(() => db.insert("main", "users", [{ email: "a", age: -1n }]))).toBe("CHECK_VIOLATION");
    expect(codeOf(() => db.insert("main", "users", [{ id: "text" }]))).toBe("TYPE_MISMATCH");
    expect(codeOf(() => db.insert("main", "nothing", [{ a: null }]))).toBe("TABLE_NOT_FOUND");
  });

  it("store integers as integers", () => {
    db.execute("main", "CREATE TABLE t (a TEXT, b)");
    db.insert("main", "t", [
      { a: 5n, b: 9223372036854775807n },
      { a: 5, b: 5 },
    ]);
    expect(db.rows("main", "SELECT a, typeof(b) FROM t")).toEqual([
      ["5", "integer"],
      ["5.0", "real"],
    ]);
  });
});

describe("branches", () => {
  it("are pointers until their first write, and then files of their own", () => {
    db.insert("main", "users", [{ email: "a" }]);
    db.branch("dev");
    const files = () => readdirSync(join(db.directory, "branches")).filter((name) => name.endsWith(".db"));
    expect(files()).toHaveLength(1);
    db.insert("dev", "users", [{ email: "b" }]);
    expect(files()).toHaveLength(2);
    expect(db.rows("main", "SELECT count(*) FROM users")).toEqual([[1]]);
    const plain = new Database(join(db.directory, "branches", "b2.db"), { readonly: true });
    expect(plain.prepare("SELECT email FROM users").pluck().all()).toEqual(["a", "b"]);
    plain.close();
  });

  it("that are not isolated follow their parent until their first write", () => {
    db.writer.control({ op: "createBranch", request: { name: "follow", isolated: false } });
    db.insert("main", "users", [{ email: "a" }]);
    expect(db.rows("follow", "SELECT email FROM users")).toEqual([["a"]]);
    db.insert("follow", "users", [{ email: "b" }]);
    db.insert("main", "users", [{ email: "c" }]);
    expect(db.rows("follow", "SELECT email FROM users")).toEqual([["a"], ["b"]]);
  });

  it("can be chained and read deep down", () => {
    let parent = "main";
    for (let i = 0; i < 50; i++) {
      db.branch(`b${i}`, parent);
      parent = `b${i}`;
      if (i % 10 === 5) db.insert(parent, "users", [{ email: `e${i}` }]);
    }
    expect(db.rows("b49", "SELECT count(*) FROM users")).toEqual([[5]]);
    expect(db.rows("b30", "SELECT count(*) FROM users")).toEqual([[3]]);
  });

  it("refuse what they must", () => {
    db.branch("dev");
    db.branch("child", "dev");
    db.writer.control({ op: "createBranch", request: { name: "frozen", readOnly: true } });
    expect(codeOf(() => db.branch("dev"))).toBe("BRANCH_EXISTS");
    expect(codeOf(() => db.branch("../x"))).toBe("INVALID_BRANCH_NAME");
    expect(codeOf(() => db.branch("br_aaaaaaaaaaaaaaaa"))).toBe("INVALID_BRANCH_NAME");
    expect(codeOf(() => db.branch("x", "nothing"))).toBe("BRANCH_NOT_FOUND");
    expect(codeOf(() => db.writer.control({ op: "deleteBranch", request: { branch: "dev" } }))).toBe(
      "BRANCH_HAS_CHILDREN",
    );
    expect(codeOf(() => db.writer.control({ op: "deleteBranch", request: { branch: "main" } }))).toBe(
      "BRANCH_PROTECTED",
    );
    expect(codeOf(() => db.insert("frozen", "users", [{ email: "a" }]))).toBe("BRANCH_READ_ONLY");
    db.writer.control({ op: "deleteBranch", request: { branch: "child" } });
    expect(codeOf(() => db.rows("child", "SELECT 1"))).toBe("BRANCH_NOT_FOUND");
    db.branch("child", "main");
  });

  it("leave nothing behind of a clone that was cut off", () => {
    const stray = join(db.directory, "branches", "b7.db");
    writeFileSync(`${stray}.unfinished`, "half");
    writeFileSync(stray, "renamed, but never recorded");
    db.reopen();
    expect([existsSync(stray), existsSync(`${stray}.unfinished`)]).toEqual([false, false]);
  });

  it("number on from the ceiling after a crash", () => {
    const { scn, timestamp } = db.insert("main", "users", [{ email: "a" }]);
    // Another writer opens without the first having closed, as after a kill.
    const crashed = db.writer;
    const again = new TestDatabase(db.directory);
    const next = again.insert("main", "users", [{ email: "b" }]);
    expect(next.scn).toBeGreaterThan(scn);
    expect(next.timestamp).toBeGreaterThan(timestamp);
    again.reader.close();
    again.writer.close();
    void crashed;
  });
});
