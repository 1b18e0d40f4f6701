import Database from "better-sqlite3";
import { TextCache } from "../util/text-cache.js";
import type { Connection, Statement } from "./driver.js";

export type { Connection, Statement };

/** Pages that the writer lets the log grow by before it tries to move them into the file. */
const CHECKPOINT_PAGES = 1000;

/**
 * A connection that may write to a file that is there. The engine has one of these on a branch file, in one process. A
 * missing file is never made by opening it: SQLite would delete the log that lies beside it.
 */
export function openForWriting(path: string): Connection {
  return writing(new Database(path, { timeout: 5000, fileMustExist: true }));
}

/** The same for a file that is to be made. */
export function createForWriting(path: string): Connection {
  return writing(new Database(path, { timeout: 5000 }));
}

function writing(db: Connection): Connection {
  return setUp(db, () => {
    common(db);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    db.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
    // A bulk write leaves a log as large as itself, which each clone would have to look at.
    db.pragma("journal_size_limit = 8388608");
    db.pragma("foreign_keys = ON");
    db.pragma("cache_size = -65536");
  });
}

/** A connection that sees what was committed and can change nothing but TEMP tables. */
export function openForReading(path: string): Connection {
  const db = new Database(path, { readonly: true, fileMustExist: true, timeout: 5000 });
  return setUp(db, () => {
    common(db);
    db.pragma("foreign_keys = OFF");
  });
}

/** A file as it is, with SQLite's own settings. It is made if it is missing. `timeout`: how long to wait for a lock, in ms. */
export function openPlain(path: string, timeout = 5000): Connection {
  return new Database(path, { timeout });
}

/** An empty database of its own, with SQLite's own settings. */
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
 * recursive_triggers stays OFF: ON kills an ordinary trigger that updates its own table. trusted_schema is OFF, so
 * that a loaded file's triggers and views can't call functions with side effects.
 */
function common(db: Connection): void {
  db.pragma("trusted_schema = OFF");
  db.pragma("recursive_triggers = OFF");
  // What a sort, an index or a state of the past needs beyond this lies in a file, however large the table is.
  db.pragma("temp_store = FILE");
}

/** The engine's own statements that are kept for each connection. */
const kept = new WeakMap<Connection, TextCache<Statement>>();

/** How a statement gives its rows: as objects, or the first column alone, its integers as numbers or as exact bigints. */
export type Form = "row" | "value" | "exact";

/**
 * A statement of the engine's own, which is compiled once for a connection: that often costs more than to run it. Not
 * for one that is read row by row, since it may be asked for again before it is at its end.
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

/** Bytes of the database's file, without its log. */
export function fileSize(db: Connection): number {
  return Number(db.pragma("page_count", { simple: true })) * Number(db.pragma("page_size", { simple: true }));
}

/** Reads one column of the first row. */
export function one<T>(db: Connection, sql: string, ...params: unknown[]): T | undefined {
  return prepared(db, sql, "value").get(...params) as T | undefined;
}
