import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { checkDatabase, checkFile, type DatabaseCheck } from "@heliosdb/engine";
import { lockFolder } from "../lock/folder-lock.js";

export interface FolderCheck {
  /** The result for each database, by the name of its folder. */
  readonly databases: ReadonlyMap<string, DatabaseCheck>;
  /** Problems of the SQLite files beside the databases. */
  readonly problems: readonly string[];
}

/**
 * Opens every file of a data folder that no server uses, and checks whether it is intact. `beside` names the SQLite
 * files that must exist beside the databases. Rejects with STORAGE_UNAVAILABLE if a server uses the folder.
 */
export async function checkFolder(dataDir: string, beside: readonly string[]): Promise<FolderCheck> {
  const lock = await lockFolder(dataDir, join(dataDir, "lock.db"));
  try {
    const databasesDir = join(dataDir, "databases");
    const names = existsSync(databasesDir) ? (await readdir(databasesDir)).sort() : [];
    const databases = new Map<string, DatabaseCheck>();
    for (const name of names) {
      if (/^[A-Za-z0-9_-]+$/.test(name)) databases.set(name, checkDatabase(join(databasesDir, name)));
    }
    return { databases, problems: beside.flatMap((file) => checkFile(join(dataDir, file))) };
  } finally {
    lock.release();
  }
}
