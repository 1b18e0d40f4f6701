import { HeliosError } from "@heliosdb/port";
import fc from "fast-check";
import type { TestDatabase } from "./test-database.js";

/** One table of each kind of key, NULL in a key included; few keys and few values, so that they meet and come back. */
const TABLES = [
  "CREATE TABLE ints (id INTEGER PRIMARY KEY, a, b)",
  "CREATE TABLE texts (name TEXT PRIMARY KEY COLLATE NOCASE, a)",
  "CREATE TABLE pairs (x INT, y TEXT COLLATE NOCASE, a, PRIMARY KEY (x, y)) WITHOUT ROWID",
  "CREATE TABLE loose (v, w)",
];

const ROWS = [
  "INSERT INTO ints VALUES (0, 0, 0), (1, 1, 1), (2, 2, 2), (3, 0, 0)",
  "INSERT INTO texts VALUES ('k0', 0), ('K1', 1), ('k2', 2), (NULL, 0)",
  "INSERT INTO pairs VALUES (0, 'k0', 0), (0, 'k1', 1), (1, 'K2', 2), (2, 'k2', 0)",
  "INSERT INTO loose VALUES (0, 0), (0, 0), (1, 1), (1, 2)",
];

export function makeTables(db: TestDatabase): void {
  for (const sql of [...TABLES, ...ROWS]) db.execute("main", sql);
}

export interface RandomWrite {
  readonly kind: number;
  readonly key: number;
  readonly other: number;
  readonly value: number;
}

const KINDS = 17;

export const randomWrite: fc.Arbitrary<RandomWrite> = fc.record({
  kind: fc.nat(KINDS - 1),
  key: fc.nat(4),
  other: fc.nat(4),
  value: fc.nat(2),
});

function statement({ kind, key, other, value }: RandomWrite): string {
  const [name, second] = [`'${"kK"[value % 2]}${key}'`, `'${"Kk"[value % 2]}${other}'`];
  return [
    `INSERT OR REPLACE INTO ints (id, a, b) VALUES (${key}, ${value}, ${other})`,
    `INSERT INTO ints (a) VALUES (${value})`,
    `UPDATE ints SET a = ${value} WHERE id = ${key}`,
    `UPDATE OR REPLACE ints SET id = ${other} WHERE id = ${key}`,
    `DELETE FROM ints WHERE id = ${key}`,
    `REPLACE INTO texts (name, a) VALUES (${name}, ${value})`,
    `UPDATE texts SET a = ${value} WHERE name = ${name}`,
    `UPDATE OR REPLACE texts SET name = ${second} WHERE name = ${name}`,
    `DELETE FROM texts WHERE name = ${name}`,
    `INSERT INTO texts (name, a) VALUES (NULL, ${value})`,
    `UPDATE OR IGNORE texts SET name = CASE WHEN name IS NULL THEN ${name} END WHERE name IS NULL OR a = ${value}`,
    `INSERT INTO pairs (x, y, a) VALUES (${key % 3}, ${second}, ${value}) ON CONFLICT DO UPDATE SET a = excluded.a`,
    `UPDATE OR REPLACE pairs SET x = ${other % 3}, y = ${name} WHERE x = ${key % 3}`,
    `DELETE FROM pairs WHERE y = ${second}`,
    `INSERT INTO loose (v, w) VALUES (${key % 2}, ${value})`,
    `UPDATE loose SET w = ${value} WHERE v = ${key % 2} AND w = ${other % 3}`,
    `DELETE FROM loose WHERE rowid = ${key}`,
  ][kind % KINDS]!;
}

/** One commit, or none where a constraint forbids it or a restore has taken the table away. */
export function write(db: TestDatabase, branch: string, writes: readonly RandomWrite[]): void {
  attempt(() => db.execute(branch, ...writes.map(statement)));
}

/** Does what random steps may not be able to do: to add a column twice is an SQL_ERROR. */
export function attempt(change: () => unknown): void {
  try {
    change();
  } catch (error) {
    if (!(error instanceof HeliosError) || !REFUSED.has(error.code)) throw error;
  }
}

const REFUSED = new Set(["UNIQUE_VIOLATION", "SQL_ERROR", "SQL_NAME_NOT_FOUND", "MERGE_CONFLICT", "MERGE_CONSTRAINT"]);
