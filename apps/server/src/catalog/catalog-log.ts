import type BetterSqlite3 from "better-sqlite3";

/** A log elsewhere that has every change of the catalog before anybody is told of it. */
export interface CatalogLog {
  /** From now on this connection writes the catalog. SQLite doesn't move its write-ahead log by itself. */
  opened(connection: BetterSqlite3.Database): void;
  /** Resolves when every change so far is in the log. */
  settle(): Promise<void>;
  /** Closes the connection when that is so. */
  close(): Promise<void>;
}
