import Database from "better-sqlite3";

/** Plain better-sqlite3 with the durability that the engine promises. */
export function openRaw(path: string): Database.Database {
  const db = new Database(path);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  return db;
}
