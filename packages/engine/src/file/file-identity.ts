import { statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { HeliosError } from "@heliosdb/port";
import { type Connection, one } from "./connection.js";
import { ADVICE, checkFormat } from "./format.js";
import { isStorageFailure } from "./sqlite-error.js";

/** The identity that a file must have before it is read or written under a name. */
export interface FileIdentity {
  /** The timeline whose file it is; null for a snapshot file, which may have been made from another timeline's file. */
  readonly timeline: string | null;
  /** Id of the database that it belongs to; null if the record has none, because an earlier release wrote it. */
  readonly database: string | null;
  /** The SCN of a copy's state. */
  readonly scn?: number;
}

/**
 * Opens a branch file or a copy of one, and makes sure that it is the file that its name says: not missing, not damaged
 * where SQLite looks first, and not swapped for another. Throws STORAGE_UNAVAILABLE, and leaves the file unchanged.
 */
export function openChecked(
  path: string,
  identity: FileIdentity,
  open: (path: string) => Connection,
  close = (db: Connection): void => void db.close(),
): Connection {
  const name = nameOf(path);
  // SQLite takes an empty file for a new database, and deletes the log beside it.
  if (statSync(path, { throwIfNoEntry: false })?.size === 0) throw wrong(`${name} is empty.`);
  let db: Connection | null = null;
  try {
    db = open(path);
    checkFormat(db, name);
    checkIdentity(db, name, identity);
    return db;
  } catch (error) {
    if (db) close(db);
    if (isStorageFailure(error)) throw unusable(name, error.code);
    throw error;
  }
}

function checkIdentity(db: Connection, name: string, { timeline, database, scn }: FileIdentity): void {
  const said = (what: string) => one<string>(db, "SELECT value FROM _helios_meta WHERE name = ?", what);
  const own = said("branch");
  if (timeline !== null && own !== timeline) throw wrong(`${name} is the file of ${own}, under another name.`);
  const home = said("database");
  if (database !== null && home !== undefined && home !== database) {
    throw wrong(`${name} is a file of another database.`);
  }
  if (scn === undefined) return;
  const head = one<number>(db, "SELECT max(scn) FROM _helios_commits");
  if (head !== scn) throw wrong(`${name} is the state of SCN ${head}, under another name.`);
}

function unusable(name: string, code: string): HeliosError {
  const what = code === "SQLITE_CANTOPEN" ? "is missing or can't be opened" : "is damaged";
  return wrong(`${name} ${what}.`);
}

function wrong(what: string): HeliosError {
  return new HeliosError("STORAGE_UNAVAILABLE", `${what} ${ADVICE}`);
}

/** The path as callers see it, who need not know where the server keeps its data: "branches/b7.db". */
export function nameOf(path: string): string {
  return join(basename(dirname(path)), basename(path));
}
