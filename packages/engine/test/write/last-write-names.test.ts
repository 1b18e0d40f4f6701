import { type ExecuteRequest, HeliosError, type TransactionOperation } from "@heliosdb/port";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { plain } from "../support/plain.js";
import { TestDatabase } from "../support/test-database.js";

const TABLES = [
  "CREATE TABLE li (id INTEGER PRIMARY KEY, v)",
  "CREATE TABLE texts (t TEXT)",
  "INSERT INTO li VALUES (1, 'b'), (2, 'a'), (42, 'c')",
  "INSERT INTO texts VALUES ('042'), ('43')",
];
/** What the transaction has written before each statement: last_insert_rowid() is 43, changes() and total_changes() are 1. */
const FIRST = "INSERT INTO li (v) VALUES ('d')";

let db: TestDatabase;
let sqlite: Database.Database;
beforeEach(() => {
  db = new TestDatabase();
  db.execute("main", ...TABLES);
  sqlite = new Database(":memory:");
  for (const sql of TABLES) sqlite.exec(sql);
});
afterEach(() => {
  sqlite.close();
  db.dispose();
});

interface Answer {
  readonly columns: readonly string[];
  readonly rows: readonly unknown[];
}

function batch(...statements: ExecuteRequest["statements"]): Answer | undefined {
  const request = { branch: "main", author: "test", statements, queries: true };
  const [outcome] = db.writer.write([{ op: "execute", request }]);
  if (!outcome?.ok) throw HeliosError.fromWire(outcome!.error);
  const { returning } = (plain(outcome.result) as unknown as { results: { returning?: Answer }[] }).results.at(-1)!;
  return returning && { columns: returning.columns, rows: returning.rows };
}

/** SQLite's own answer, on a connection of which only the first statement is in the counts of changes. */
function own(sql: string): Answer {
  sqlite.exec(FIRST);
  const total = sqlite.prepare("SELECT total_changes()").pluck().get() as number;
  const statement = sqlite.prepare(sql.replaceAll("total_changes()", `(total_changes() - ${total - 1})`)).raw();
  const columns = sqlite.prepare(sql).columns();
  return { columns: columns.map(({ name }) => name), rows: statement.all() };
}

/** Each may follow `FIRST`, and gives the columns and rows that it gives in SQLite. */
const STATEMENTS = [
  "SELECT last_insert_rowid(), changes()",
  "SELECT last_insert_rowid() AS id, changes() n, total_changes() 'total', changes() \"over\", 1 - changes() + 3",
  "SELECT changes () /* so many */ , (changes( )), -- none\n changes()\t",
  "SELECT ALL changes() || '\"x\"', CASE changes() WHEN 1 THEN 'one' END, changes() IS NOT NULL, changes() NOTNULL",
  "SELECT DISTINCT changes() IS NOT DISTINCT FROM 1, v COLLATE NOCASE, max(id, changes()) FROM li ORDER BY 2",
  "SELECT sum(id + changes()) OVER w, sum(changes()) OVER w total FROM li WINDOW w AS (ORDER BY id)",
  "SELECT count(*) FILTER (WHERE id > changes()) FROM li",
  "SELECT id FROM li ORDER BY total_changes(), id",
  "SELECT v FROM li ORDER BY changes() COLLATE BINARY, (last_insert_rowid()), v DESC",
  "SELECT count(*) FROM li GROUP BY changes()",
  "SELECT count(*), last_insert_rowid() FROM li GROUP BY last_insert_rowid() HAVING changes() = 1",
  "SELECT last_insert_rowid(), changes() UNION SELECT 5, 0 ORDER BY changes()",
  "SELECT total_changes(), changes() UNION SELECT 1, 0 UNION SELECT 0, 4 ORDER BY changes(), total_changes()",
  "SELECT t, t = last_insert_rowid() - 1, t = last_insert_rowid(), '43' = last_insert_rowid() FROM texts",
  "SELECT t FROM texts WHERE t = last_insert_rowid()",
  "SELECT * FROM (SELECT last_insert_rowid(), changes() c, changes())",
  'SELECT "changes()" FROM (SELECT changes())',
  "WITH w AS (SELECT changes(), id FROM li LIMIT changes()) SELECT * FROM w",
  "WITH RECURSIVE w (n) AS (SELECT changes() UNION ALL SELECT n + changes() FROM w WHERE n < 3) SELECT n FROM w",
  "SELECT (SELECT v FROM li WHERE id = last_insert_rowid()), EXISTS (SELECT changes() FROM li)",
  "SELECT id FROM li WHERE id IN (SELECT changes() UNION SELECT last_insert_rowid())",
  "VALUES (last_insert_rowid(), changes())",
  "SELECT id FROM li LIMIT changes() OFFSET changes()",
  "INSERT INTO li (v) VALUES ('x') RETURNING id, v, id + 0 * last_insert_rowid()",
  "UPDATE li SET v = changes() WHERE id < 3 RETURNING changes(), v AS w, (li.v)",
  "INSERT INTO li (v) SELECT changes() ON CONFLICT DO NOTHING RETURNING v || 'x'",
];

describe("changes(), total_changes() and last_insert_rowid() are what SQLite makes of them", () => {
  it.each(STATEMENTS)("in a batch: %s", (sql) => {
    expect(batch({ sql: FIRST }, { sql })).toEqual(own(sql));
  });

  it.each(STATEMENTS)("in a transaction: %s", (sql) => {
    db.control({ op: "openTransaction", request: { branch: "main", id: "one" } });
    const run = (operation: TransactionOperation) => plain(db.writer.inTransaction("one", operation));
    const execute = (text: string) =>
      run({ op: "execute", request: { branch: "main", author: "x", statements: [{ sql: text }] } }) as unknown as {
        results: { returning?: Answer }[];
      };
    execute(FIRST);
    const isQuery = /^(SELECT|WITH|VALUES)/.test(sql);
    const answer = isQuery
      ? (run({ op: "query", request: { branch: "main", sql } }) as unknown as Answer)
      : execute(sql).results[0]!.returning!;
    expect({ columns: answer.columns, rows: answer.rows }).toEqual(own(sql));
  });

  it("beside tables of SQLite's own", () => {
    const sql = "SELECT (SELECT count(*) FROM sqlite_schema WHERE type = 'table'), last_insert_rowid(), changes() AS c";
    expect(batch({ sql: FIRST }, { sql })).toEqual(own(sql));
    const names = "SELECT name FROM sqlite_schema ORDER BY total_changes(), name";
    expect(batch({ sql: FIRST }, { sql: names })).toEqual(own(names));
    const written =
      "INSERT INTO texts SELECT name || changes() FROM sqlite_schema WHERE name = 'li' RETURNING t || '!'";
    expect(batch({ sql: FIRST }, { sql: written })).toEqual(own(written));
  });

  it("in a table that is made of a query, and not in its defaults", () => {
    const made = "CREATE TABLE made AS SELECT last_insert_rowid(), total_changes() AS n, 'x' AS t";
    batch({ sql: FIRST }, { sql: "UPDATE li SET v = 1 WHERE id < 3" }, { sql: made });
    expect(db.query("main", "SELECT * FROM made")).toMatchObject({
      columns: ["last_insert_rowid()", "n", "t"],
      rows: [[43, 3, "x"]],
    });
    const later = "CREATE TABLE later (a DEFAULT (changes() + 5), b CHECK (b <> last_insert_rowid()))";
    batch({ sql: FIRST }, { sql: later });
    expect(db.rows("main", "SELECT sql FROM sqlite_schema WHERE name = 'later'")).toEqual([[later]]);
  });
});
