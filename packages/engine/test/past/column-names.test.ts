import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TestDatabase } from "../support/test-database.js";

const TABLES = [
  "CREATE TABLE ao (id INTEGER PRIMARY KEY, v)",
  "INSERT INTO ao VALUES (1, 'a'), (2, 'b')",
  "CREATE VIEW named AS SELECT id, max(v), (SELECT max(v) FROM ao), (SELECT v FROM main.ao LIMIT 1) AS one FROM ao",
];

let db: TestDatabase;
let sqlite: Database.Database;
/** The moments of the same rows, before others were written. */
let scns: number[];
beforeAll(() => {
  db = new TestDatabase();
  sqlite = new Database(":memory:");
  for (const sql of TABLES) sqlite.exec(sql);
  const { scn } = db.execute("main", ...TABLES);
  db.execute("main", "CREATE TABLE other (x)");
  scns = [scn, db.execute("main", "INSERT INTO other VALUES (1)").scn];
  db.execute("main", "INSERT INTO ao VALUES (3, 'c')");
});
afterAll(() => {
  sqlite.close();
  db.dispose();
});

/** `@0` and `@1` stand for `AS OF` the two moments, which show the same rows. SQLite is asked without them. */
const QUERIES = [
  "SELECT count(*), (SELECT max(v) FROM ao @1) FROM ao @0",
  "SELECT (SELECT max(i.v) FROM ao @1 AS i), (SELECT max(v) FROM ao @0) x FROM ao @0 WHERE id = 1",
  "SELECT count(*), (SELECT max(v) FROM ao @0) FROM ao @0",
  "SELECT v, main.ao.v, (main.ao.v), main.ao.v || '!', ao.* FROM main.ao @0",
  "SELECT EXISTS (SELECT 1 FROM ao @1 WHERE id = 9) /* none */, 1 FROM ao @0",
  "SELECT * FROM (SELECT (SELECT count(*) FROM ao @1), v FROM ao @0)",
  "WITH w AS (SELECT id IN (SELECT id FROM ao @1), v FROM ao @0) SELECT w.*, (SELECT count(*) FROM w) FROM w",
  "SELECT CASE WHEN (SELECT count(*) FROM ao @1) > 1 THEN 'many' END, 1 IN (SELECT id FROM ao @0)",
  "SELECT id + (SELECT count(*) FROM ao @1) FROM ao @0 UNION SELECT 7 ORDER BY 1",
  "SELECT * FROM named @0, (SELECT 1 FROM ao @1 LIMIT 1)",
];

describe("a result column has the name that SQLite gives it, with AS OF as it was written", () => {
  it.each(QUERIES)("%s", (query) => {
    const own = sqlite.prepare(query.replace(/ @[01]/g, ""));
    const names = own.columns().map(({ name }) => name);
    const answer = db.query(
      "main",
      query.replace(/@([01])/g, (_, at) => `AS OF SCN ${scns[at]}`),
    );
    expect(answer.columns.map((name) => name.replace(/ AS OF SCN \d+/g, ""))).toEqual(names);
    expect(answer.rows).toEqual(own.raw().all());
  });

  it("and also where a table of SQLite's own is read", () => {
    const query = "SELECT count(*), (SELECT count(*) FROM sqlite_schema), 'a' FROM ao";
    expect(db.query("main", query).columns).toEqual(["count(*)", "(SELECT count(*) FROM sqlite_schema)", "'a'"]);
  });

  it("as it was written", () => {
    const query = `SELECT (SELECT max(v) FROM ao AS OF  SCN ${scns[1]} AS i), ?2 + 1 FROM ao AS OF SCN ?1 LIMIT ?3`;
    const { columns } = db.query("main", query, undefined, [BigInt(scns[0]!), 1n, 1n]);
    expect(columns).toEqual([`(SELECT max(v) FROM ao AS OF  SCN ${scns[1]} AS i)`, "?2 + 1"]);
  });
});
