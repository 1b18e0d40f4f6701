import Database from "better-sqlite3";
import { TextCache } from "../util/text-cache.js";
import type { Connection, Statement } from "./driver.js";

export type { Connection, Statement };

/** Pages by which the log may grow before the writer tries to move them into the file. */
const CHECKPOINT_PAGES = 1000;

/** Who moves a file's log into it: SQLite, when a commit makes it long enough, or only the database's journal. */
export type Checkpoints = "SQLite" | "journal";

/**
 * Opens an existing file for writing. The engine has one such connection for a branch file, in one process. A missing
 * file is never created: SQLite would delete the log beside it.
 */
export function openForWriting(path: string, checkpoints: Checkpoints = "SQLite"): Connection {
  return writing(new Database(path, { timeout: 5000, fileMustExist: true }), checkpoints);
}

/** The same for a file that is to be created. */
export function createForWriting(path: string, checkpoints: Checkpoints = "SQLite"): Connection {
  return writing(new Database(path, { timeout: 5000 }), checkpoints);
}

function writing(db: Connection, checkpoints: Checkpoints): Connection {
  return setUp(db, () => {
    common(db);
    const changesMode = checkpoints === "journal" && db.pragma("journal_mode", { simple: true }) !== "wal";
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma(`wal_autocheckpoint = ${checkpoints === "SQLite" ? CHECKPOINT_PAGES : 0}`);
    // A bulk write leaves a log as large as itself, which each clone would have to check.
    db.pragma("journal_size_limit = 8388608");
    db.pragma("foreign_keys = ON");
    db.pragma("cache_size = -65536");
    // The mode is written to the first page of the file without the log. Now the log gets that page as well.
    if (changesMode) db.pragma(`user_version = ${db.pragma("user_version", { simple: true })}`);
  });
}

/** A connection that sees committed data and can change only TEMP tables. */
export function openForReading(path: string): Connection {
  return reading(path, 5000);
}

/** The same, which never waits for a lock and keeps few pages in memory. */
export function openForShortReads(path: string): Connection {
  const db = reading(path, 0);
  db.pragma("cache_size = -256");
  return db;
}

function reading(path: string, timeout: number): Connection {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout });
  return setUp(db, () => {
    common(db);
    db.pragma("foreign_keys = OFF");
  });
}

/** A file with SQLite's own settings; created if missing. `timeout`: how long to wait for a lock, in ms. */
export function openPlain(path: string, timeout = 5000): Connection {
  return new Database(path, { timeout });
}

/** A separate empty database with SQLite's own settings. */
export function openInMemory(): Connection {
  return new Database(":memory:");
}

function setUp(db: Connection, settings: () => void): Connection {
  try {
    settings();
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/**
 * recursive_triggers stays OFF: with ON, an ordinary trigger that updates its own table fails. trusted_schema is OFF,
 * so that triggers and views of an imported file can't call functions with side effects.
 */
function common(db: Connection): void {
  db.pragma("trusted_schema = OFF");
  db.pragma("recursive_triggers = OFF");
  // Sorts, indexes and past states that need more than this use a file, however large the table is.
  db.pragma("temp_store = FILE");
}

/** The engine's own prepared statements, cached for each connection. */
const kept = new WeakMap<Connection, TextCache<Statement>>();

/**
 * The format of a statement's rows: objects, or the first column alone, with integers as numbers or as exact bigints.
 */
export type Form = "row" | "value" | "exact";

/**
 * One of the engine's own statements, compiled once for a connection, since compiling often costs more than running.
 * Not for statements that are read row by row: the statement may be requested again before it is finished.
 */
export function prepared(db: Connection, sql: string, form: Form = "row"): Statement {
  let statements = kept.get(db);
  if (!statements) {
    statements = new TextCache();
    kept.set(db, statements);
  }
  return statements.getOr(`${form} ${sql}`, () => {
    const statement = db.prepare(sql);
    if (form !== "row") statement.pluck();
    return form === "exact" ? statement.safeIntegers() : statement;
  });
}

/** Size of the database's file in bytes, without its log. */
export function fileSize(db: Connection): number {
  return Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
}

/** Reads one column of the first row. */
export function one<T>(db: Connection, sql: string, ...params: unknown[]): T | undefined {
  return prepared(db, sql, "value").get(...params) as T | undefined;
}
