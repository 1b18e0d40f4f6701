import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, openPlain } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { folderInUse, folderStillWritten, folderUnusable } from "../errors/errors.js";

/** The file that is locked, in the data folder. */
export const LOCK_FILE = "lock.db";
/** How long the last statement of a killed server's writer may take to end. */
const ORPHAN_WAIT_MS = 10_000;
const RETRY_MS = 25;

/** The right to use a data folder. It also ends with the process. */
export interface FolderLock {
  release(): void;
}

/**
 * Locks the data folder for this process until `release`, or until the process ends in any way.
 *
 * RESERVED keeps other servers out and lets our own workers have SHARED. A write first, which needs EXCLUSIVE briefly,
 * proves that no worker of an earlier server is left. Throws STORAGE_UNAVAILABLE.
 */
export async function lockFolder(dataDir: string, file = join(dataDir, LOCK_FILE)): Promise<FolderLock> {
  const db = open(dataDir, file);
  try {
    if (!tryRun(db, "BEGIN IMMEDIATE")) throw folderInUse(dataDir);
    db.pragma(`user_version = ${1 + (Date.now() % 1_000_000_000)}`);
    const giveUpAt = performance.now() + ORPHAN_WAIT_MS;
    while (!tryRun(db, "COMMIT")) {
      if (performance.now() > giveUpAt) throw folderStillWritten(dataDir);
      await sleep(RETRY_MS);
    }
    // If another server takes the lock between these two statements, it has the folder and we do not.
    if (!tryRun(db, "BEGIN IMMEDIATE")) throw folderInUse(dataDir);
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    throw error instanceof HeliosError ? error : folderUnusable(dataDir, error);
  }
}

/** Shows, until the process ends, that it may write. Blocks while a server is starting. */
export function shareLock(file: string): FolderLock {
  const db = openPlain(file, ORPHAN_WAIT_MS);
  db.exec("BEGIN");
  db.prepare("SELECT count(*) FROM sqlite_schema").get();
  return { release: () => db.close() };
}

function open(dataDir: string, file: string): Connection {
  try {
    const db = openPlain(file, 0);
    db.pragma("journal_mode = DELETE");
    return db;
  } catch (error) {
    throw folderUnusable(dataDir, error);
  }
}

function tryRun(db: Connection, sql: string): boolean {
  try {
    db.exec(sql);
    return true;
  } catch (error) {
    if ((error as { code?: string }).code?.startsWith("SQLITE_BUSY")) return false;
    throw error;
  }
}
