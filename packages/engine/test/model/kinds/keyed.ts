import type { Kind } from "./kind.js";

/** In every history: most of what others refer to, and most of what is done. */
const ints: Kind = {
  name: "ints",
  body: () => "(id INTEGER PRIMARY KEY, a, b UNIQUE)",
  columns: ["id", "a", "b"],
  key: [0],
  numbered: true,
  around: [{ sql: "CREATE INDEX ints_a ON ints (a)" }],
  writes: [
    ({ key, v }) => `INSERT INTO ints VALUES (${key}, ${v}, ${v})`,
    ({ v }) => `INSERT INTO ints (a, b) VALUES (${v}, ${v})`,
    ({ key, v }) => `INSERT OR REPLACE INTO ints VALUES (${key}, ${v}, ${key % 3})`,
    ({ key, v }) => `INSERT OR IGNORE INTO ints VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) => `INSERT INTO ints VALUES (${key}, ${v}, ${v}) ON CONFLICT (id) DO UPDATE SET a = excluded.a`,
    ({ key, v }) => `UPDATE ints SET a = ${v} WHERE id = ${key}`,
    ({ key, v }) => `UPDATE ints SET b = ${v} WHERE id >= ${key}0`,
    ({ key, other, v }) => `UPDATE ints SET id = ${other + 20}, a = ${v} WHERE id = ${key}`,
    ({ key }) => `DELETE FROM ints WHERE id = ${key}`,
    ({ key, v }) => `INSERT INTO ints VALUES (${1000 * (key + 1)}, ${v}, ${v})`,
    ({ key, other, v }) => `UPDATE OR IGNORE ints SET b = ${key % 3}, a = ${v} WHERE id IN (${key}, ${other})`,
    ({ key, other, v }) => `UPDATE OR REPLACE ints SET b = ${key % 3}, a = ${v} WHERE id = ${other}`,
    ({ key, v }) => `INSERT OR ROLLBACK INTO ints VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) =>
      `INSERT OR FAIL INTO ints SELECT ${key} + value, ${v}, ${v} + value * 100000 FROM json_each('[0,1,2]')`,
    ({ key, x }) => `UPDATE ints SET a = ${x} WHERE id = ${key}`,
    ({ key, v, x }) => `INSERT OR REPLACE INTO ints VALUES (${key}, ${v}, ${x})`,
  ],
  ddl: [
    ({ key, v }) => `ALTER TABLE ints ADD COLUMN c${key % 2} DEFAULT ${v}`,
    ({ key }) => `ALTER TABLE ints DROP COLUMN c${key % 2}`,
    ({ key, other }) => `ALTER TABLE ints RENAME COLUMN c${key % 2} TO c${other % 3}`,
    ({ key }) => `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS ints_i ON ints (b)`,
    () => "DROP INDEX IF EXISTS ints_i",
    ({ key, v }) => `CREATE TABLE IF NOT EXISTS made${key % 2} AS SELECT id, a, b FROM ints WHERE id <> ${v}`,
    ({ key }) => `DROP TABLE IF EXISTS made${key % 2}`,
  ],
};

const texts: Kind = {
  name: "texts",
  body: () => "(name TEXT PRIMARY KEY COLLATE NOCASE, a, b)",
  columns: ["name", "a", "b"],
  key: [0],
  collations: ["NOCASE"],
  around: [
    {
      sql: "CREATE TRIGGER texts_gone AFTER DELETE ON texts BEGIN INSERT INTO loose VALUES (old.name, 'gone'); END",
      needs: ["loose"],
    },
  ],
  writes: [
    ({ key, other, v }) => `INSERT INTO texts VALUES ('${"kK"[other % 2]}${key}', ${v}, ${v})`,
    ({ key, other, v }) => `REPLACE INTO texts VALUES ('${"kK"[other % 2]}${key}', ${v}, ${other})`,
    ({ key, other, v }) => `UPDATE texts SET a = ${v} WHERE name = '${"kK"[other % 2]}${key}'`,
    ({ key, other, v }) => `UPDATE texts SET name = 'm${other}', b = ${v} WHERE name = 'k${key}'`,
    ({ key, x }) => `UPDATE texts SET b = ${x} WHERE name = 'k${key}'`,
    ({ key }) => `DELETE FROM texts WHERE name = 'k${key}'`,
  ],
  ddl: [
    ({ key }) => `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS texts_i ON texts (a)`,
    () => "DROP INDEX IF EXISTS texts_i",
  ],
};

/** A clause in its definition: with it in the schema, any statement may displace rows. */
const pairs: Kind = {
  name: "pairs",
  body: () => "(x INT, y TEXT, a, PRIMARY KEY (x, y) ON CONFLICT REPLACE) WITHOUT ROWID",
  columns: ["x", "y", "a"],
  key: [0, 1],
  around: [
    {
      sql: "CREATE VIEW both_kinds AS SELECT id, a FROM ints UNION ALL SELECT x, a FROM pairs",
      needs: ["ints"],
    },
  ],
  writes: [
    ({ key, other, v }) =>
      `INSERT INTO pairs VALUES (${key}, 'y${other % 3}', ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
    ({ key, other, v }) => `UPDATE pairs SET y = 'z${other % 3}', a = ${v} WHERE x = ${key} AND y = 'y${other % 3}'`,
    ({ key }) => `DELETE FROM pairs WHERE x = ${key}`,
  ],
  ddl: [
    ({ key, v }) => `ALTER TABLE pairs ADD COLUMN c${key % 2} DEFAULT ${v}`,
    ({ key }) => `ALTER TABLE pairs DROP COLUMN c${key % 2}`,
  ],
};

const autos: Kind = {
  name: "autos",
  body: () => "(id INTEGER PRIMARY KEY AUTOINCREMENT, a)",
  columns: ["id", "a"],
  key: [0],
  numbered: true,
  writes: [({ v }) => `INSERT INTO autos VALUES (${v}, ${v})`, ({ key }) => `DELETE FROM autos WHERE id % 8 = ${key}`],
};

/** Keys of any type, by which no affinity is: 1 and 1.0 are one key, 1 and '1' are two. */
const odds: Kind = {
  name: "odds",
  body: () => "(k PRIMARY KEY, v, w) WITHOUT ROWID",
  columns: ["k", "v", "w"],
  key: [0],
  writes: [
    ({ x, v }) => `INSERT INTO odds VALUES (${x}, ${v}, ${v})`,
    ({ x, v }) => `REPLACE INTO odds VALUES (${x}, ${v}, NULL)`,
    ({ x, v }) => `UPDATE odds SET v = ${v} WHERE k = ${x}`,
    ({ x, v }) => `UPDATE odds SET w = ${v} WHERE k >= ${x}`,
    ({ x, v }) => `UPDATE OR IGNORE odds SET k = ${x}, v = ${v} WHERE k = 1`,
    ({ x }) => `DELETE FROM odds WHERE k = ${x}`,
  ],
};

/** As odds, on a table with rowids and a key that NULL may stand in: such rows have no key. */
const maybe: Kind = {
  name: "maybe",
  body: () => "(k TEXT PRIMARY KEY COLLATE RTRIM, v)",
  columns: ["k", "v"],
  key: [0],
  collations: ["RTRIM"],
  writes: [
    ({ x, v }) => `INSERT INTO maybe VALUES (${x}, ${v})`,
    ({ x, key }) => `REPLACE INTO maybe VALUES (${x}, ${key})`,
    ({ other, v }) => `INSERT INTO maybe VALUES ('ab${" ".repeat(other % 3)}', ${v})`,
    ({ other }) => `INSERT INTO maybe SELECT NULL, value % ${1 + other} FROM json_each('[1,1,2]')`,
    ({ key, v }) => `UPDATE maybe SET v = ${v} WHERE k IS NULL AND v = ${key % 3}`,
    ({ x, v }) => `UPDATE maybe SET v = ${v} WHERE k = ${x}`,
    ({ other }) => `UPDATE OR IGNORE maybe SET k = NULL WHERE k = 'ab' AND v % 2 = ${other % 2}`,
    ({ key, x }) => `UPDATE OR REPLACE maybe SET k = ${x} WHERE k IS NULL AND v = ${key % 3}`,
    ({ key }) => `DELETE FROM maybe WHERE k IS NULL AND v = ${key % 3}`,
    ({ x }) => `DELETE FROM maybe WHERE k = ${x}`,
  ],
};

/** In a STRICT table a real column holds reals and ANY leaves a value as it is. */
const strict: Kind = {
  name: "strict",
  body: () => "(k TEXT PRIMARY KEY, a ANY, r REAL, i INTEGER) STRICT",
  columns: ["k", "a", "r", "i"],
  key: [0],
  writes: [
    ({ key, x, v }) => `INSERT INTO strict VALUES ('k${key}', ${x}, ${v}, ${v})`,
    ({ key, x, v }) => `UPDATE strict SET a = ${x}, i = ${v} WHERE k = 'k${key}'`,
    ({ key, x }) => `UPDATE strict SET r = ${x} WHERE k = 'k${key}'`,
    ({ x, v }) => `INSERT OR IGNORE INTO strict VALUES (${x}, ${v}, 0.5, NULL)`,
    ({ key }) => `DELETE FROM strict WHERE k = 'k${key}'`,
  ],
};

/** What follows from other columns is kept up through every change of them. */
const derived: Kind = {
  name: "derived",
  body: () => "(id INTEGER PRIMARY KEY, a, twice AS (a * 2), half AS (a / 2) STORED, UNIQUE (twice))",
  columns: ["id", "a", "twice", "half"],
  key: [0],
  numbered: true,
  generated: [2, 3],
  around: [{ sql: "CREATE INDEX derived_half ON derived (half, a + 1) WHERE half > 3" }],
  writes: [
    ({ key, v }) => `INSERT INTO derived (id, a) VALUES (${key}, ${v})`,
    ({ key, other }) => `INSERT OR REPLACE INTO derived (id, a) VALUES (${key}, ${other % 3})`,
    ({ key, v }) => `UPDATE derived SET a = ${v} WHERE id = ${key}`,
    ({ key, x }) => `UPDATE OR IGNORE derived SET a = ${x} WHERE id = ${key}`,
    ({ key, other }) => `UPDATE OR REPLACE derived SET a = ${other % 3} WHERE id = ${key}`,
    ({ key }) => `DELETE FROM derived WHERE id = ${key}`,
  ],
};

/** A new row must have all of it; one that is there may be given a part. */
const given: Kind = {
  name: "given",
  body: () => "(id INTEGER PRIMARY KEY, a UNIQUE, n NOT NULL)",
  columns: ["id", "a", "n"],
  key: [0],
  numbered: true,
  writes: [
    ({ key, v }) => `INSERT INTO given VALUES (${key}, ${v}, ${v})`,
    ({ key, v }) => `UPDATE given SET n = ${v} WHERE id = ${key}`,
    ({ key }) => `DELETE FROM given WHERE id = ${key}`,
  ],
};

export const KEYED: readonly Kind[] = [ints, texts, pairs, autos, odds, maybe, strict, derived, given];
