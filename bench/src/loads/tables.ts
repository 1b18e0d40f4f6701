import { FILL, TABLE } from "../support/users-table.js";

const COLUMNS = Array.from({ length: 20 }, (_, index) => `c${index + 1}`);

/** The tables that all loads together need. */
export const SETUP: readonly string[] = [
  TABLE,
  FILL,
  "CREATE TABLE log (id INTEGER PRIMARY KEY, name TEXT, email TEXT)",
  "CREATE TABLE bulk (id INTEGER PRIMARY KEY, name TEXT, email TEXT)",
  `CREATE TABLE wide (id INTEGER PRIMARY KEY, ${COLUMNS.map((name) => `${name} TEXT`).join(", ")})`,
  `INSERT INTO wide SELECT id, ${COLUMNS.map((name) => `'${name} of ' || id`).join(", ")} FROM users WHERE id <= 1000`,
];
/** Commits of their own after SETUP, so that there is something between now and the past. */
export const LATER: readonly string[] = Array.from(
  { length: 10 },
  (_, index) => `UPDATE users SET name = name || '!' WHERE id % 10 = ${index}`,
);

export const RANGE = "SELECT id, name, email FROM users WHERE id >= ? ORDER BY id LIMIT 100";
export const PAGE = "SELECT id, name, email FROM users ORDER BY id LIMIT 50";
export const WRITE = "INSERT INTO log (name, email) VALUES (?, ?)";
export const VALUES = ["a user", "user@example.com"] as const;
export const BULK = "INSERT INTO bulk (name, email) SELECT value ->> 0, value ->> 1 FROM json_each(?)";
export const BULK_ROWS = JSON.stringify(
  Array.from({ length: 1000 }, (_, index) => [`user ${index}`, `user${index}@example.com`]),
);
export const WIDE = "SELECT * FROM wide";
export const BATCH_SIZE = 100;
