import { existsSync } from "node:fs";
import { join } from "node:path";
import { damagedLog, missingFilesOf } from "@heliosdb/engine";
import { HeliosError } from "@heliosdb/port";
import { type Parts, unsyncedIn } from "../entry/decode.js";
import { hasReached } from "../wal/has-reached.js";
import { type DiskMark, logsIn } from "./disk-mark.js";

/** Files that a record names. Others may be gone on purpose. */
const RECORDED = /^(branches|snapshots)\/.+\.db$/;

/** The end of a log, against which a folder is held. */
export interface HeldAgainst {
  /** Number of its last entry. */
  readonly seq: number;
  /** The files that it has. */
  readonly known: ReadonlySet<string>;
  /** The parts of its last entry, which are read only where they are needed; none where there is no such entry. */
  last(): Parts;
}

/**
 * Whether the folder lacks something that the log has, so that nobody may go on with it: after a power cut, after damage to its
 * files, or since it is an older copy. What the log is told of such a folder would be older than what it has. Nobody has
 * the folder open.
 */
export function hasLost(directory: string, mark: DiskMark | null, log: HeldAgainst): boolean {
  return isBehind(directory, mark, log) || hasDamagedLog(directory) || lacksFiles(directory, log.known);
}

function isBehind(directory: string, mark: DiskMark | null, { seq, last }: HeldAgainst): boolean {
  if (mark?.hasFailed) return true;
  if (mark === null || mark.seq >= seq) return false;
  const parts = mark.isOpen ? [...last()] : [];
  if (parts.length === 0) return true;
  const unsynced = unsyncedIn(parts);
  if (unsynced === null) return false;
  if (unsynced.disk !== mark.disk) return true;
  const files = Object.keys(unsynced.logs).map((file) => ({
    path: join(directory, file),
    position: unsynced.logs[file]!,
  }));
  // A file that is gone was removed on purpose, by a call that may have left no entry, or is found by its record.
  return files.some(({ path, position }) => existsSync(path) && !hasReached(path, position));
}

/**
 * Whether commits follow a place of a log that was not kept. The disk gets what nobody waited for in any order, so that this
 * may be the end of an open folder, of which nobody has heard. But it may lie before that as well.
 */
function hasDamagedLog(directory: string): boolean {
  return logsIn(directory).some((log) => damagedLog(log.slice(0, -"-wal".length)) !== null);
}

/** Whether a file is gone that the folder's own record still names: it was not removed by a writer. */
function lacksFiles(directory: string, known: ReadonlySet<string>): boolean {
  const gone = [...known].filter((file) => RECORDED.test(file) && !existsSync(join(directory, file)));
  if (gone.length === 0) return false;
  try {
    const missing = new Set(missingFilesOf(directory));
    return gone.some((file) => missing.has(file));
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // Nothing tells that it was on purpose.
    return true;
  }
}

/** Whether SQLite or the engine can't read a record. */
function isUnreadable(error: unknown): boolean {
  return error instanceof HeliosError || typeof (error as { code?: unknown }).code === "string";
}
