import fc from "fast-check";

/** Tables that nobody may read, in the ways in which SQLite lets a name be written. */
export const FORBIDDEN_TABLES = [
  "_helios_commits",
  '"_HELIOS_commits"',
  "[_helios_marks]",
  "`_helios_meta`",
  "'_helios_commits'",
  "main._helios_commits",
  "'main'.'_helios_log_1'",
  "/* , */ _helios_commits",
  "pragma_database_list",
  '"pragma_foreign_keys"',
  "'PRAGMA_compile_options'",
  "pragma_journal_mode()",
  "pragma_table_info('_helios_commits')",
  "dbstat",
  "main.dbstat",
  "fts3tokenize('simple')",
  "temp.sqlite_schema",
  '"TEMP".t',
];

/** Tables that nobody may write. */
export const FORBIDDEN_TARGETS = [
  "_helios_commits",
  "'_helios_commits'",
  'main."_helios_log_1"',
  "sqlite_sequence",
  "main.sqlite_master",
  "temp.t",
];

export const FORBIDDEN_FUNCTIONS = ["load_extension('x')", "\"fts3_tokenizer\"('simple')", "FTS3_tokenizer(a, b)"];

/** Refused for what they are, whatever they name. */
export const FORBIDDEN_VERBS = [
  "PRAGMA case_sensitive_like = ON",
  "PRAGMA full_column_names(1)",
  "PRAGMA main.writable_schema = 1",
  "PRAGMA database_list(main)",
  "PRAGMA journal_mode = DELETE",
  "PRAGMA main.journal_mode(DELETE)",
  "PRAGMA user_version = 1",
  "PRAGMA user_version(1)",
  "PRAGMA temp.user_version",
  "PRAGMA encoding = 'UTF-16'",
  "PRAGMA table_info = t",
  "SELECT * FROM pragma_table_list('t')",
  "PRAGMA table_info(_helios_commits)",
  "PRAGMA temp.table_info(t)",
  "ATTACH 'x' AS y",
  "DETACH y",
  "VACUUM",
  "VACUUM INTO 'x'",
  "BEGIN",
  "COMMIT",
  "SAVEPOINT s",
  "CREATE TEMP TABLE x (a)",
  "CREATE TABLE temp.x (a)",
  "CREATE TABLE _helios_x (a)",
  "CREATE TABLE IF NOT EXISTS '_helios_x' (a)",
  "ALTER TABLE t RENAME TO _helios_x",
  "CREATE INDEX _helios_i ON t (a)",
  "CREATE INDEX i ON _helios_commits (scn)",
  "CREATE TABLE x (a REFERENCES _helios_commits)",
  "DROP TABLE _helios_commits",
  "DROP TABLE IF EXISTS sqlite_stat1",
  "DROP INDEX _helios_i",
  "ANALYZE _helios_commits",
  "REINDEX temp.t",
  "CREATE VIRTUAL TABLE f USING fts5(a)",
];

/** Queries with a place for a table. All can be prepared where t (a, b) and the table are. */
const QUERIES = [
  "SELECT 1 FROM #",
  "SELECT 1 FROM # AS x",
  "SELECT 1 FROM t, #",
  "SELECT 1 FROM t AS of, #",
  "SELECT 1 FROM t window, # x",
  "SELECT 1 FROM t 'alias', #",
  "SELECT 1 FROM t LEFT JOIN # ON true",
  "SELECT 1 FROM t AS x JOIN t AS y USING (a), #",
  "SELECT 1 FROM t AS x JOIN t AS y ON x.a = y.a AND x.b IN (1, 2), #",
  "SELECT 1 FROM (t, #)",
  "SELECT 1 FROM ((t AS x) CROSS JOIN (#))",
  "SELECT 1 FROM json_each('[1]', '$') AS j, #",
  "SELECT 1 FROM json_each((SELECT 1 FROM #))",
  "SELECT 1 IN #",
  "SELECT 1 FROM t WHERE a NOT IN #",
  "SELECT CASE WHEN 1 IN # THEN 1 END",
  "SELECT (SELECT 1 FROM #)",
  "SELECT a IS NOT DISTINCT FROM (SELECT 1 FROM #) FROM t",
  "SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM t AS x, #)",
  "SELECT 1 FROM t GROUP BY a HAVING max(b) > (SELECT 1 FROM #) ORDER BY 1, (SELECT 1 FROM #)",
  "SELECT 1 FROM t WINDOW w AS (ORDER BY (SELECT 1 FROM #)), v AS (ORDER BY a)",
  "SELECT sum(a) FILTER (WHERE b IN (SELECT 1 FROM #)) OVER (PARTITION BY a) FROM t",
  "SELECT 1 FROM t LIMIT (SELECT 1 FROM #)",
  "SELECT 1 UNION ALL SELECT 1 FROM #",
  "VALUES (1), ((SELECT 1 FROM #))",
  "WITH c AS (SELECT 1 FROM #) SELECT 1 FROM c",
  "WITH c (x, y) AS (VALUES (1, 2)), d AS NOT MATERIALIZED (SELECT 1 FROM c, #) SELECT 1 FROM d, c",
  "WITH RECURSIVE c AS (SELECT 1 AS n UNION SELECT n + 1 FROM c, # WHERE n < 3) SELECT 1 FROM c",
  "SELECT 1 FROM (WITH c AS (SELECT 1) SELECT 1 FROM c, #)",
];

/** Queries around a query. */
const AROUND_QUERIES = [
  "§",
  "SELECT 1 FROM (§)",
  "SELECT 1 FROM t JOIN (§) AS q ON true",
  "SELECT 1 IN (§)",
  "SELECT (§)",
  "SELECT 1 FROM t WHERE EXISTS (§)",
  "WITH q AS (§) SELECT 1 FROM q",
];

/** Statements around a query. */
const AROUND = [
  "§",
  "EXPLAIN §",
  "EXPLAIN QUERY PLAN §",
  "INSERT INTO t (a) §",
  "REPLACE INTO t (a) § RETURNING a, b",
  "INSERT INTO t (a) VALUES (1) ON CONFLICT DO UPDATE SET a = (§), b = 2",
  "UPDATE t SET a = 1, b = (§)",
  "UPDATE OR IGNORE t SET a = q.x FROM (SELECT (§) AS x) AS q WHERE true",
  "DELETE FROM t WHERE a = (§)",
  "WITH q (x) AS (§) DELETE FROM t WHERE a IN q RETURNING a, b",
  "CREATE TABLE made AS §",
  "CREATE VIEW v (x) AS §",
  "CREATE VIEW IF NOT EXISTS v AS §",
  "CREATE TRIGGER r AFTER INSERT ON t BEGIN §; END",
  'CREATE TRIGGER IF NOT EXISTS r BEFORE UPDATE OF a, b ON t FOR EACH ROW WHEN new."a" > (§) BEGIN SELECT 1; END',
  "CREATE TRIGGER r AFTER DELETE ON t BEGIN UPDATE t SET a = 1; INSERT INTO t (a) §; DELETE FROM t WHERE a = 2; END",
  "EXPLAIN CREATE VIEW v AS §",
];

/** Statements that write to a table. */
const WRITES = [
  "INSERT INTO # VALUES (1)",
  "INSERT OR REPLACE INTO # DEFAULT VALUES",
  "REPLACE INTO # SELECT 1",
  "UPDATE # SET a = 1",
  "UPDATE OR IGNORE # SET a = 1",
  "DELETE FROM #",
  "DELETE FROM # WHERE a IN (1, 2)",
  "WITH c AS (SELECT 1) DELETE FROM #",
];
const AROUND_WRITES = [
  "§",
  "EXPLAIN §",
  "EXPLAIN QUERY PLAN §",
  "CREATE TRIGGER r AFTER INSERT ON t BEGIN SELECT 1; §; END",
  "CREATE TRIGGER r AFTER UPDATE OF a ON t BEGIN §; UPDATE t SET b = 1; END",
];

const put = (text: string, mark: string, what: string) => text.replaceAll(mark, () => what);
const query = fc
  .tuple(fc.constantFrom(...QUERIES), fc.array(fc.constantFrom(...AROUND_QUERIES), { maxLength: 2 }))
  .map(([inner, outer]) => outer.reduce((text, around) => put(around, "§", text), inner));

/** Statements with a place for a table that is read. */
export const reads = fc.tuple(query, fc.constantFrom(...AROUND)).map(([text, around]) => put(around, "§", text));

/** Statements with a place for a table that is written. */
export const writes = fc
  .tuple(fc.constantFrom(...WRITES), fc.constantFrom(...AROUND_WRITES))
  // A trigger takes no WITH before what it writes.
  .filter(([text, around]) => !(text.startsWith("WITH") && around.includes("TRIGGER")))
  .map(([text, around]) => put(around, "§", text));

export const fill = (statement: string, table: string) => put(statement, "#", table);

/** Expressions that use the words of the forbidden names, and mean none of what they name. */
export const HARMLESS = [
  "'pragma_once'",
  "'_helios_commits'",
  "'temp.sqlite_schema'",
  "x.'a' || 'dbstat'",
  "1 AS pragma_level",
  "1 AS _helios_commits",
  "1 AS 'load_extension'",
  "x.a AS temp",
  '1 AS "pragma_database_list"',
  "x.a IS DISTINCT FROM 'pragma_once'",
  "x.a IN ('_helios_commits', 'dbstat')",
  "CASE x.a WHEN 'temp' THEN '_helios_' ELSE 'pragma_x' END",
  "replace(x.a, '_helios_commits', 'sqlite_sequence')",
  "x.a COLLATE nocase",
  "max(x.a) FILTER (WHERE x.b <> 'pragma_x') OVER (ORDER BY 'dbstat', x.a)",
];
