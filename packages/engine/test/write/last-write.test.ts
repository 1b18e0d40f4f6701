import { type ExecuteRequest, HeliosError } from "@heliosdb/port";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../support/plain.js";
import { codeOf, TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
  db.execute(
    "main",
    "CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT)",
    "CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER REFERENCES parent, note TEXT)",
    "CREATE TABLE keyed (k TEXT PRIMARY KEY) WITHOUT ROWID",
    "INSERT INTO parent VALUES (41, 'old')",
  );
});
afterEach(() => db.dispose());

const FUNCTIONS = "SELECT last_insert_rowid(), changes(), total_changes()";

/** The rows of the queries among these statements, which are one commit. */
function rowsOf(...statements: ExecuteRequest["statements"]) {
  const request = { branch: "main", author: "test", statements, queries: true };
  const [outcome] = db.writer.write([{ op: "execute", request }]);
  if (!outcome?.ok) throw HeliosError.fromWire(outcome!.error);
  const { results } = plain(outcome.result) as unknown as { results: { returning?: { rows: unknown[][] } }[] };
  return results.flatMap(({ returning }) => (returning ? [returning.rows] : []));
}

describe("changes(), total_changes() and last_insert_rowid() in a batch", () => {
  it("tell of its own statements, as on a new connection", () => {
    const all = rowsOf(
      { sql: FUNCTIONS },
      { sql: "INSERT INTO parent (name) VALUES ('a'), ('b')" },
      { sql: FUNCTIONS },
      { sql: "INSERT INTO child (parent, note) VALUES (last_insert_rowid(), ?)", params: ["first"] },
      { sql: "INSERT INTO child (parent, note) SELECT id, changes() || '' FROM parent WHERE name = 'a'" },
      { sql: "SELECT id, parent, note FROM child" },
      { sql: "UPDATE child SET note = note || total_changes()" },
      { sql: "INSERT INTO keyed VALUES ('x')" },
      { sql: "CREATE TABLE other (a)" },
      { sql: FUNCTIONS },
      { sql: "DELETE FROM parent WHERE 0" },
      { sql: "SELECT changes() AS n, (SELECT note FROM child WHERE id = last_insert_rowid())" },
    );
    expect(all).toEqual([
      [[0, 0, 0]],
      [[43, 2, 2]],
      [
        [1, 43, "first"],
        [2, 42, "1"],
      ],
      [[2, 1, 7]],
      [[0, "14"]],
    ]);
  });

  it("tell nothing of what others wrote before", () => {
    db.execute("main", "INSERT INTO parent (name) VALUES ('c')");
    expect(rowsOf({ sql: FUNCTIONS }, { sql: "INSERT INTO keyed VALUES ('y')" }, { sql: FUNCTIONS })).toEqual([
      [[0, 0, 0]],
      [[0, 1, 1]],
    ]);
  });

  it("refuse what they refuse in SQLite", () => {
    expect(codeOf(() => rowsOf({ sql: "SELECT changes(1)" }))).toBe("SQL_ERROR");
  });
});
