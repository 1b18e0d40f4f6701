import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT, age TEXT)",
    "CREATE INDEX by_name ON users (name)",
    "CREATE TABLE log (n)",
    "CREATE TRIGGER noted AFTER UPDATE ON users BEGIN INSERT INTO log VALUES (new.id); END",
    "INSERT INTO users VALUES (1, 'Ann', '7'), (5, 'Bob', NULL)",
  );
});
afterEach(() => db.dispose());

const ALL = "SELECT * FROM users ORDER BY id";

describe("ALTER TABLE … ALTER COLUMN … TO …", () => {
  it("gives a column another definition, and the table stays the same one with its rows", () => {
    const { headScn } = db.info("main");
    db.branch("dev");
    db.execute("dev", `ALTER TABLE \`users\` ALTER COLUMN "age" TO "age" integer DEFAULT 3`);
    expect(db.rows("dev", ALL)).toEqual([
      [1, "Ann", 7],
      [5, "Bob", null],
    ]);
    db.execute("dev", "INSERT INTO users (name) VALUES ('Cid')");
    expect(db.rows("dev", "SELECT * FROM users WHERE name = 'Cid'")).toEqual([[6, "Cid", 3]]);
    db.execute("dev", "UPDATE users SET name = 'Anna' WHERE id = 1");
    expect(db.rows("dev", "SELECT n FROM log")).toEqual([[1]]);
    expect(db.rows("dev", "SELECT name FROM sqlite_schema WHERE tbl_name = 'users' AND type <> 'table'")).toEqual([
      ["by_name"],
      ["noted"],
    ]);
    db.execute("main", "UPDATE users SET name = 'Rob' WHERE id = 5");
    db.merge("dev", "main");
    expect(db.rows("main", ALL)).toEqual([
      [1, "Anna", 7],
      [5, "Rob", null],
      [6, "Cid", 3],
    ]);
    expect(db.at("main", ALL, headScn)).toEqual([
      [1, "Ann", "7"],
      [5, "Bob", null],
    ]);
  });

  it("may give it another name", () => {
    db.execute("main", "ALTER TABLE main.users ALTER age TO years INTEGER");
    expect(db.rows("main", "SELECT id, years FROM users ORDER BY id")).toEqual([
      [1, 7],
      [5, null],
    ]);
  });

  it("holds rows to it, and changes nothing if one does not fit", () => {
    const { headScn } = db.info("main");
    const change = (to: string) => codeOf(() => db.execute("main", `ALTER TABLE users ALTER COLUMN age TO ${to}`));
    expect(change("age TEXT NOT NULL")).toBe("NOT_NULL_VIOLATION");
    expect(change("age TEXT CHECK (age > 8)")).toBe("CHECK_VIOLATION");
    expect(change("age TEXT DEFAULT (")).toBe("INVALID_SQL");
    expect(codeOf(() => db.execute("main", "ALTER TABLE users ALTER COLUMN no TO no TEXT"))).toBe("SQL_NAME_NOT_FOUND");
    expect(codeOf(() => db.execute("main", "ALTER TABLE nope ALTER COLUMN no TO no TEXT"))).toBe("SQL_NAME_NOT_FOUND");
    expect(db.info("main").headScn).toBe(headScn);
    expect(db.rows("main", ALL).length).toBe(2);
  });

  it("of a table that others refer to needs foreign keys off, so that their rows stay", () => {
    db.execute(
      "main",
      "CREATE TABLE posts (u REFERENCES users ON DELETE CASCADE)",
      "INSERT INTO posts VALUES (1), (5)",
    );
    const change = "ALTER TABLE users ALTER COLUMN name TO name TEXT NOT NULL DEFAULT 'x'";
    expect(codeOf(() => db.execute("main", change))).toBe("SQL_NOT_ALLOWED");
    db.execute("main", "PRAGMA foreign_keys = OFF", change);
    expect(db.rows("main", "SELECT u FROM posts")).toEqual([[1], [5]]);
    db.control({ op: "openTransaction", request: { branch: "main", id: "t", foreignKeys: false } });
    const statements = [{ sql: "ALTER TABLE users ALTER COLUMN name TO name TEXT" }];
    db.writer.inTransaction("t", { op: "execute", request: { branch: "main", author: "x", statements } });
    db.writer.endTransaction("t", { end: "commit", author: "x", message: null });
    expect(db.rows("main", "SELECT count(*) FROM posts JOIN users ON u = id")).toEqual([[2]]);
  });
});
