import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";
import { BASE, CHANGES, type Change, migration, TOOLS } from "./tools.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

const head = (branch: string) => db.query(branch, "SELECT 1").scn;

/** Everything in a branch, by name of column, so that the order of columns does not count. */
function contents(branch: string, scn?: number) {
  const at = scn === undefined ? undefined : ({ kind: "scn", scn } as const);
  return ["teams", "users", "members"].map((table) => {
    const { columns, rows } = db.query(branch, `SELECT * FROM ${table} ORDER BY id`, at);
    return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column, (row as unknown[])[i]])));
  });
}

/** What main does meanwhile: a row changed, one added, one deleted with its member, and an index of its own. */
const MOVED = [
  "UPDATE users SET email = 'A@x', age = '31' WHERE id = 1",
  "INSERT INTO users (id, email, age, team) VALUES (4, 'd@x', '60', 1)",
  "DELETE FROM users WHERE id = 2",
  "INSERT INTO members VALUES (40, 4)",
  "CREATE INDEX users_age ON users (age)",
];

const kept: Record<Change, (row: Record<string, unknown>) => Record<string, unknown>> = {
  "add a NOT NULL column": (row) => ({ ...row, status: "new" }),
  "drop a column": ({ note: _, ...row }) => row,
  "change a type": ({ age, ...row }) => ({ ...row, age: Number(age) }),
  "change a default": (row) => row,
  "add a foreign key": (row) => row,
  "drop a foreign key": (row) => row,
  "add a unique constraint": (row) => row,
  "rename a column": ({ note, ...row }) => ({ ...row, remark: note }),
};

describe.each(Object.keys(TOOLS))("a migration of %s", (tool) => {
  it.each(CHANGES)("merges into a main that moved, and back: %s", (change) => {
    const { statements } = migration(tool, change);
    db.execute("main", ...BASE(change));
    for (const name of ["feature", "other"]) db.branch(name);
    const before = contents("feature");
    db.execute("feature", "UPDATE users SET age = '41' WHERE id = 3");
    const forkHead = head("feature");
    const atHead = contents("feature");
    db.execute("feature", ...statements);
    const migrated = head("feature");
    const after = contents("feature");
    expect(after[1]).toEqual(atHead[1]!.map(kept[change]));
    expect(after[2]).toEqual(atHead[2]);
    db.execute("feature", "UPDATE users SET email = 'C@x' WHERE id = 3");

    for (const branch of ["main", "other"]) db.execute(branch, ...MOVED);
    const mainBefore = head("main");
    const moved = contents("main");

    db.merge("feature", "main", "manual");
    const expected = moved[1]!.map((row) => kept[change](row.id === 3 ? { ...row, email: "C@x", age: "41" } : row));
    expect(contents("main")[1]).toEqual(expected);
    expect(contents("main")[2]).toEqual([
      { id: 10, user_id: 1 },
      { id: 40, user_id: 4 },
    ]);
    const objects = db.rows(
      "main",
      "SELECT name FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'users' AND sql IS NOT NULL ORDER BY 1",
    );
    expect(objects.flat()).toEqual(expect.arrayContaining(["users_age", "users_email"]));

    db.merge("other", "feature", "manual");
    expect(contents("feature")[1]).toEqual(expected);
    db.merge("main", "feature", "manual");
    expect(contents("feature")).toEqual(contents("main"));
    expect(db.merge("feature", "main", "manual").merged).toBe(0);

    for (let round = 0; round < 2; round++) {
      expect(contents("feature", forkHead)).toEqual(atHead);
      expect(contents("feature", migrated)).toEqual(after);
      expect(contents("main", mainBefore)).toEqual(moved);
      expect(contents("main", forkHead - 1).map((rows) => rows.length)).toEqual(before.map((rows) => rows.length));
      db.reopen();
    }
    for (const branch of ["main", "feature"]) {
      expect(() => db.execute(branch, "INSERT INTO members VALUES (99, 99)")).toThrow(/FOREIGN KEY/);
    }
  });
});
