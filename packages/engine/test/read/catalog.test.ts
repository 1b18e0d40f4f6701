import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { codeOf, TestDatabase } from "../support/test-database.js";

const SCHEMA = [
  "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT UNIQUE)",
  "CREATE TABLE u (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID",
  "CREATE INDEX i ON t (v)",
  "CREATE VIEW objects (kind, called) AS SELECT type, main.sqlite_master.name FROM main.sqlite_master",
  "CREATE VIEW tables AS WITH t AS (SELECT * FROM objects) SELECT called FROM t, u WHERE t.kind = 'table' AND u.a = 1",
  "CREATE TRIGGER r AFTER INSERT ON u BEGIN INSERT INTO t (v) VALUES (new.a); END",
  "INSERT INTO u VALUES (1, 1)",
  "ANALYZE",
];

/** What tools ask for. The answer is that of plain SQLite with the same schema. */
const QUERIES = [
  "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY name",
  "SELECT * FROM sqlite_schema WHERE false",
  "SELECT name FROM main.sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid",
  "SELECT name FROM \"main\".[sqlite_schema] AS s WHERE s.type = 'index' ORDER BY s.oid",
  "SELECT sqlite_master.name, main.sqlite_master.type FROM sqlite_master ORDER BY 1",
  "SELECT count(*) FROM sqlite_temp_master",
  "SELECT name FROM sqlite_temp_schema UNION ALL SELECT name FROM SQLITE_MASTER ORDER BY 1",
  "SELECT m.name, p.name, p.pk FROM sqlite_master m JOIN pragma_table_xinfo(m.name) p WHERE m.type = 'table' ORDER BY 1, 2",
  "SELECT m.name, l.name FROM sqlite_master m LEFT JOIN pragma_index_list(m.name) l ON true ORDER BY 1, 2",
  "SELECT u.a FROM u WHERE EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'u')",
  "SELECT 'objects' IN (SELECT name FROM sqlite_schema)",
  "WITH m AS (SELECT * FROM sqlite_master) SELECT name FROM m ORDER BY name",
  "SELECT name, seq FROM sqlite_sequence",
  "SELECT tbl, idx, stat FROM sqlite_stat1 ORDER BY tbl, idx",
  "SELECT DISTINCT tbl FROM sqlite_stat4 ORDER BY tbl",
  "SELECT * FROM objects ORDER BY 1, 2",
  "WITH u AS (SELECT 7 AS a) SELECT tables.called, u.a FROM tables, u ORDER BY 1",
  "SELECT schema, name, type, ncol, wr, strict FROM pragma_table_list WHERE schema = 'main' ORDER BY name",
  "PRAGMA main.table_list",
  "PRAGMA table_list('T')",
  "PRAGMA foreign_key_check",
  "EXPLAIN QUERY PLAN SELECT 1",
];

let db: TestDatabase;
let plain: Database.Database;
let then: number;
beforeEach(() => {
  db = new TestDatabase();
  plain = new Database(":memory:");
  for (const sql of SCHEMA) plain.exec(sql);
  then = db.execute("main", ...SCHEMA).scn;
});
afterEach(() => {
  plain.close();
  db.dispose();
});

const wanted = (sql: string) => {
  const rows = plain.prepare(sql).raw().all() as unknown[][];
  return sql.startsWith("PRAGMA") ? rows.filter(([schema]) => schema === "main").sort() : rows;
};
const given = (rows: readonly (readonly unknown[])[], sql: string) =>
  sql.startsWith("PRAGMA") ? [...rows].sort() : rows;

describe.each(QUERIES)("%s", (sql) => {
  it("answers as plain SQLite does, now and in the past", () => {
    expect(given(db.rows("main", sql), sql)).toEqual(wanted(sql));
    db.execute("main", "CREATE TABLE later (x)", "DROP INDEX i", "ALTER TABLE u ADD COLUMN c");
    // ANALYZE looks at the present: what it found has no past.
    if (!sql.includes("stat")) expect(given(db.at("main", sql, then), sql)).toEqual(wanted(sql));
    if (!/stat|PRAGMA|EXPLAIN/.test(sql)) expect(JSON.stringify(db.rows("main", sql))).not.toMatch(/_helios_/i);
  });
});

it("lists now beside a table of the past", () => {
  db.execute("main", "DELETE FROM u", "CREATE TABLE later (x)");
  const sql = `SELECT u.a, m.name FROM u AS OF SCN ${then}, sqlite_master AS m WHERE m.type = 'table' ORDER BY 2`;
  expect(db.rows("main", sql).map(([, name]) => name)).toEqual([
    "later",
    "sqlite_sequence",
    "sqlite_stat1",
    "sqlite_stat4",
    "t",
    "u",
  ]);
  db.branch("f", "main", { kind: "scn", scn: then });
  expect(db.rows("f", sql).map(([, name]) => name)).not.toContain("later");
  const both = `SELECT m.name FROM sqlite_master AS m WHERE m.name NOT IN (SELECT name FROM main.sqlite_schema AS OF SCN ${then})`;
  expect(db.rows("main", both)).toEqual([["later"]]);
  const views = `SELECT called FROM objects EXCEPT SELECT called FROM objects AS OF SCN ${then}`;
  expect(db.rows("main", views)).toEqual([["later"]]);
});

it("shows what is written to no more than what is read", () => {
  db.execute(
    "main",
    "CREATE TABLE names AS SELECT name FROM sqlite_master",
    "INSERT INTO names SELECT name FROM main.sqlite_schema WHERE sqlite_schema.type = 'table'",
  );
  db.execute("main", "INSERT INTO names SELECT called FROM tables");
  const names = db.rows("main", "SELECT name FROM names").flat();
  expect(names.length).toBeGreaterThan(15);
  expect(names.join()).not.toMatch(/_helios_/i);
  const views = db.rows("main", "SELECT sql FROM sqlite_master WHERE type = 'view' ORDER BY name").flat();
  expect(views).toEqual(SCHEMA.slice(3, 5));
});

it("shows no more to the filter of a write", () => {
  db.execute("main", "CREATE TABLE names (name)", "INSERT INTO names VALUES ('t'), ('_helios_commits'), ('objects')");
  const filter = "name IN (SELECT name FROM sqlite_master) OR name IN (SELECT called FROM objects)";
  expect(
    db.write({ op: "deleteRows", request: { branch: "main", author: "a", table: "names", filter } }).affected,
  ).toBe(2);
  expect(db.rows("main", "SELECT * FROM names")).toEqual([["_helios_commits"]]);
});

it("has no way round", () => {
  for (const sql of [
    "WITH sqlite_master AS (SELECT 1) SELECT * FROM sqlite_master",
    "SELECT * FROM temp.sqlite_master",
    "SELECT * FROM pragma_table_list('t')",
    "PRAGMA table_info(_helios_commits)",
    "EXPLAIN PRAGMA table_list",
    "SELECT * FROM dbstat",
  ]) {
    expect(codeOf(() => db.rows("main", sql))).toBe("SQL_NOT_ALLOWED");
  }
});
