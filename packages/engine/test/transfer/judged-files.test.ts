import { join } from "node:path";
import { HeliosError } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

let db: TestDatabase;
beforeEach(() => {
  db = new TestDatabase();
});
afterEach(() => db.dispose());

/** A file as another program may leave it: texts that SQLite would not take come in by the back door. */
function file(statements: string, texts: Record<string, string> = {}): string {
  const path = join(db.directory, "theirs.db");
  const plain = new Database(path);
  plain.unsafeMode();
  plain.exec(statements);
  plain.pragma("writable_schema = ON");
  for (const [name, sql] of Object.entries(texts)) {
    plain.prepare("UPDATE sqlite_schema SET sql = ? WHERE name = ?").run(sql, name);
  }
  plain.close();
  return path;
}

function refusal(path: string): HeliosError {
  try {
    db.import("theirs", path);
  } catch (error) {
    if (error instanceof HeliosError) return error;
    throw error;
  }
  throw new Error("the file was loaded");
}

const TABLES = "CREATE TABLE t (a, b);";
const trigger = (body: string, head = "AFTER INSERT ON t") => `${TABLES} CREATE TRIGGER r ${head} BEGIN ${body}; END;`;

describe("a file is refused for", () => {
  it.each([
    ["a trigger that deletes history", trigger("DELETE FROM _helios_commits")],
    ["a trigger that writes to it", trigger("INSERT INTO '_helios_log_1' SELECT 1")],
    ["a trigger that reads it", trigger("UPDATE t SET a = (SELECT max(scn) FROM _helios_commits)")],
    ["a trigger's condition", trigger("SELECT 1", "AFTER INSERT ON t WHEN new.a IN _helios_marks")],
    ["a trigger that lowers a sequence", trigger("UPDATE sqlite_sequence SET seq = 0")],
    ["a trigger that calls out", trigger("SELECT load_extension('x')")],
    ["a view that reads it", `${TABLES} CREATE VIEW v AS SELECT * FROM t, "_helios_commits"`],
    ["a view that reads a PRAGMA", "CREATE VIEW v AS SELECT * FROM pragma_database_list"],
    ["a view that calls out", "CREATE VIEW v AS SELECT fts3_tokenizer('simple')"],
    ["a column of the engine's", "CREATE TABLE t (a, _helios_k)"],
    ["a column of the engine's, quoted", 'CREATE TABLE t (a, "_HELIOS_k" INTEGER PRIMARY KEY)'],
    ["an index of the engine's", `${TABLES} CREATE INDEX _helios_i ON t (a)`],
    ["a reference to a table of the engine's", "CREATE TABLE t (a REFERENCES _helios_commits)"],
  ])("%s", (_, sql) => {
    const error = refusal(file(sql));
    expect([error.code, error.message]).toEqual(["INVALID_FILE", expect.stringContaining("can't be")]);
    expect(db.read({ op: "listBranches", request: {} })).toHaveLength(1);
  });

  it.each([
    ["a collation of a column", "CREATE TABLE t (a TEXT COLLATE german, b)", "german"],
    ["a collation of a key", "CREATE TABLE t (a TEXT COLLATE german PRIMARY KEY, b)", "german"],
    ["a function in a check", "CREATE TABLE t (a CHECK (is_valid(a)), b)", "is_valid"],
    ["a function in a default", "CREATE TABLE t (a, b DEFAULT (new_id()))", "new_id"],
    ["a function in a generated column", "CREATE TABLE t (a, b AS (slug(a)))", "slug"],
  ])("what this SQLite lacks: %s", (_, text, name) => {
    const error = refusal(file(TABLES, { t: text }));
    expect([error.code, error.message]).toEqual(["INVALID_FILE", expect.stringContaining(name)]);
  });
});

it("loads a file whose texts only look like what is refused", () => {
  const path = file(`
    CREATE TABLE temp (c, "begin", "end", level TEXT COLLATE nocase DEFAULT '_helios_commits');
    CREATE TABLE seq (id INTEGER PRIMARY KEY AUTOINCREMENT, name AS ('pragma_x' || id));
    CREATE INDEX i ON temp (c) WHERE temp.c <> 'dbstat';
    CREATE VIEW v AS SELECT temp.c AS pragma_level, '_helios_x' AS load_extension FROM temp;
    CREATE TRIGGER r AFTER UPDATE OF "begin", "end" ON temp BEGIN
      INSERT INTO seq (id) VALUES (NULL); UPDATE temp SET c = '; END' WHERE c = 'sqlite_sequence'; END;
    INSERT INTO temp (c) VALUES (1);
    INSERT INTO seq DEFAULT VALUES;
    ANALYZE;
  `);
  db.import("theirs", path);
  db.execute("theirs", "UPDATE temp SET begin = 1");
  expect(db.rows("theirs", "SELECT * FROM v")).toEqual([[1, "_helios_x"]]);
  expect(db.rows("theirs", "SELECT name FROM seq")).toEqual([["pragma_x1"], ["pragma_x2"]]);
});
