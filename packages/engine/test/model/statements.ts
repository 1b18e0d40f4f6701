import { SCHEMA } from "./schema.js";

/** One statement of a write, by numbers. */
export interface WriteStep {
  readonly kind: number;
  readonly key: number;
  readonly other: number;
}

/** How many kinds of statements write rows, and how many change the schema. */
export const WRITE_KINDS = 32;
export const DDL_KINDS = 17;

/** The SQL of a step. `v` is a value that was never used before, so that a write always changes something. */
export function statementOf({ kind, key, other }: WriteStep, v: number): string {
  const text = `'${"kK"[other % 2]}${key}'`;
  const statements = [
    `INSERT INTO ints VALUES (${key}, ${v}, ${v})`,
    `INSERT INTO ints (a, b) VALUES (${v}, ${v})`,
    `INSERT OR REPLACE INTO ints VALUES (${key}, ${v}, ${key % 3})`,
    `INSERT OR IGNORE INTO ints VALUES (${key}, ${v}, ${v})`,
    `INSERT INTO ints VALUES (${key}, ${v}, ${v}) ON CONFLICT (id) DO UPDATE SET a = excluded.a`,
    `UPDATE ints SET a = ${v} WHERE id = ${key}`,
    `UPDATE ints SET b = ${v} WHERE id >= ${key}0`,
    `UPDATE ints SET id = ${other + 20}, a = ${v} WHERE id = ${key}`,
    `DELETE FROM ints WHERE id = ${key}`,
    `INSERT INTO ints VALUES (${1000 * (key + 1)}, ${v}, ${v})`,
    `UPDATE OR IGNORE ints SET b = ${key % 3}, a = ${v} WHERE id IN (${key}, ${other})`,
    `UPDATE OR REPLACE ints SET b = ${key % 3}, a = ${v} WHERE id = ${other}`,
    `INSERT OR ROLLBACK INTO ints VALUES (${key}, ${v}, ${v})`,
    `INSERT OR FAIL INTO ints SELECT ${key} + value, ${v}, ${v} + value * 100000 FROM json_each('[0,1,2]')`,
    `INSERT INTO texts VALUES (${text}, ${v}, ${v})`,
    `REPLACE INTO texts VALUES (${text}, ${v}, ${other})`,
    `UPDATE texts SET a = ${v} WHERE name = ${text}`,
    `UPDATE texts SET name = 'm${other}', b = ${v} WHERE name = ${text}`,
    `DELETE FROM texts WHERE name = ${text}`,
    `INSERT INTO pairs VALUES (${key}, 'y${other % 3}', ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
    `UPDATE pairs SET y = 'z${other % 3}', a = ${v} WHERE x = ${key} AND y = 'y${other % 3}'`,
    `DELETE FROM pairs WHERE x = ${key}`,
    `INSERT INTO loose VALUES (${key}, ${other})`,
    `INSERT INTO loose SELECT ${key}, value FROM json_each('[1,1,2]')`,
    `DELETE FROM loose WHERE v = ${key}`,
    `UPDATE loose SET w = ${v} WHERE v = ${key}`,
    `INSERT INTO children VALUES (${v}, ${key}, ${v})`,
    `UPDATE children SET a = ${v} WHERE parent = ${key}`,
    `INSERT INTO children SELECT ${v}, min(id), ${v} FROM ints`,
    `INSERT INTO checked VALUES (${key}, ${v}) ON CONFLICT DO UPDATE SET a = excluded.a`,
    `UPDATE checked SET a = ${other === 0 ? 2000000 : v} WHERE id = ${key}`,
    `INSERT INTO autos VALUES (${v}, ${v})`,
    // The rest changes the schema; see DDL_KINDS. Few names, so that what one step adds another drops.
    `ALTER TABLE ${kind % 2 ? "ints" : "pairs"} ADD COLUMN c${key % 2} DEFAULT ${v}`,
    `ALTER TABLE ints DROP COLUMN c${key % 2}`,
    `ALTER TABLE pairs DROP COLUMN c${key % 2}`,
    `ALTER TABLE ints RENAME COLUMN c${key % 2} TO c${other % 3}`,
    `ALTER TABLE checked RENAME COLUMN a TO a${key % 2}`,
    `ALTER TABLE checked RENAME COLUMN a${key % 2} TO a`,
    `ALTER TABLE checked RENAME TO checked${key % 2}`,
    `ALTER TABLE checked${key % 2} RENAME TO checked`,
    `DROP TABLE ${["children", "texts", "checked", "loose", "pairs", "autos", "ints", "made0"][key]}`,
    SCHEMA[key % 7]!,
    `CREATE TABLE IF NOT EXISTS made${key % 2} AS SELECT id, a, b FROM ints`,
    `DROP TABLE IF EXISTS made${key % 2}`,
    `CREATE ${key % 2 ? "UNIQUE" : ""} INDEX IF NOT EXISTS ${["loose", "ints", "checked", "texts"][other % 4]}_i ON ${["loose (v, w)", "ints (b)", "checked (a)", "texts (a)"][other % 4]}`,
    `DROP INDEX IF EXISTS ${["loose", "ints", "checked", "texts"][other % 4]}_i`,
    `CREATE VIEW IF NOT EXISTS view${key % 2} AS SELECT v, count(*) AS n FROM loose GROUP BY v`,
    `DROP VIEW IF EXISTS view${key % 2}`,
    `CREATE TRIGGER IF NOT EXISTS t${key % 3} AFTER UPDATE ON checked BEGIN INSERT INTO loose VALUES (new.id, ${key}); END`,
  ];
  return statements[kind % statements.length]!;
}
