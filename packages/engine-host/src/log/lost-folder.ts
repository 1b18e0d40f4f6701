import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { hasLost, Replica, readDiskMark, readFolderId, writeFolderId } from "@heliosdb/journal";
import { anotherFolder, recordLost } from "../errors/errors.js";
import type { DatabaseLog } from "./database-log.js";

/** What a start has found of a database's folder: all of it, or nothing, or less than the log has. */
export type FoundFolder = "whole" | "lost" | "behind";

/**
 * Makes sure that a database's folder is the one whose log was taken, and has what the log has. One that is lost or behind
 * is made from the log. Throws STORAGE_UNAVAILABLE where the folder is another one, or has no record.
 */
export function checkFolder(directory: string, log: DatabaseLog): FoundFolder {
  if (log.seq === 0) return "whole";
  const name = basename(directory);
  if (hasDatabase(directory)) {
    if (readFolderId(directory) !== log.folder) throw anotherFolder(name);
    if (log.known.has("meta.db") && !existsSync(join(directory, "meta.db"))) throw recordLost(name);
    const { seq, known } = log;
    if (!hasLost(directory, readDiskMark(directory), { seq, known, last: () => log.read(seq) })) return "whole";
    makeFolder(directory, log);
    return "behind";
  }
  if (!log.known.has("meta.db")) {
    writeFolderId(directory, log.folder);
    return "whole";
  }
  makeFolder(directory, log);
  return "lost";
}

/** Whether there is anything of a database in the folder. */
function hasDatabase(directory: string): boolean {
  if (existsSync(join(directory, "meta.db"))) return true;
  return ["branches", "snapshots"].some((name) => {
    const folder = join(directory, name);
    return existsSync(folder) && readdirSync(folder).length > 0;
  });
}

/** Makes a folder of the log, base and entries, under another name, which becomes the database's folder in one step. */
function makeFolder(directory: string, log: DatabaseLog): void {
  const made = join(dirname(directory), `.making-${basename(directory)}`);
  const position = `${made}.position`;
  for (const path of [made, position]) rmSync(path, { recursive: true, force: true });
  let replica = new Replica(made, position);
  while (replica.applied < log.seq) {
    const parts = log.read(replica.applied + 1);
    if (parts.length > 0) replica.apply(parts);
    else {
      // It is in the base, or was compacted meanwhile.
      const base = log.makeFromBase(made, position);
      if (base <= replica.applied) throw new Error(`entry ${replica.applied + 1} of the log is missing`);
      replica = new Replica(made, position);
    }
  }
  replica.sync();
  writeFolderId(made, log.folder);
  // What is left of the old one is removed at the next start, as a dropped database is.
  if (existsSync(directory)) renameSync(directory, join(dirname(directory), `.dropped-${randomUUID()}`));
  renameSync(made, directory);
  rmSync(position, { force: true });
}
