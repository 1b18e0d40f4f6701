import type { Kind } from "./kind.js";

const loose: Kind = {
  name: "loose",
  body: () => "(v, w)",
  columns: ["v", "w"],
  key: [],
  writes: [
    ({ key, other }) => `INSERT INTO loose VALUES (${key}, ${other})`,
    ({ key }) => `INSERT INTO loose SELECT ${key}, value FROM json_each('[1,1,2]')`,
    ({ key }) => `DELETE FROM loose WHERE v = ${key}`,
    ({ key, v }) => `UPDATE loose SET w = ${v} WHERE v = ${key}`,
    ({ key, x }) => `INSERT INTO loose VALUES (${key}, ${x})`,
  ],
  ddl: [
    ({ key }) => `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS loose_i ON loose (v, w)`,
    () => "DROP INDEX IF EXISTS loose_i",
    ({ key }) =>
      `CREATE VIEW IF NOT EXISTS view${key % 2} AS SELECT v, count(*) AS n FROM ${key % 3 ? "" : "main."}loose GROUP BY v`,
    ({ key }) => `DROP VIEW IF EXISTS view${key % 2}`,
  ],
};

/** Without a key but not without constraints: what goes must go before what comes. */
const settings: Kind = {
  name: "settings",
  body: () => "(name TEXT COLLATE NOCASE UNIQUE, value INT, CHECK (settings.value < 1000000))",
  columns: ["name", "value"],
  key: [],
  around: [{ sql: "CREATE UNIQUE INDEX settings_value ON settings (value) WHERE value > 2" }],
  writes: [
    ({ key, other, v }) => `INSERT INTO settings VALUES ('${"kK"[other % 2]}${key % 4}', ${v})`,
    ({ key, v }) => `UPDATE settings SET value = ${v} WHERE name = 'k${key % 4}'`,
    ({ key, other }) => `UPDATE OR IGNORE settings SET value = ${other} WHERE name = 'k${key % 4}'`,
    ({ key, other }) => `UPDATE OR REPLACE settings SET name = 'k${other % 4}' WHERE name = 'k${key % 4}'`,
    ({ other }) => `REPLACE INTO settings VALUES ('k${other % 4}', ${other})`,
    ({ key, x }) => `INSERT INTO settings VALUES (${x}, ${key})`,
    ({ key }) => `DELETE FROM settings WHERE name = 'k${key % 4}'`,
    ({ key, other }) => `INSERT INTO settings VALUES (NULL, ${key + other})`,
  ],
};

export const LOOSE: readonly Kind[] = [loose, settings];
