import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Parts, unsyncedIn } from "../entry/decode.js";
import { sync, writeDurably } from "../replica/position.js";
import { hasReached } from "../wal/has-reached.js";

/** In a database's folder. What makes a folder of a log makes none. */
const NAME = "log-disk";

/** What is known of a folder whose writer need not wait for the disk. */
export interface DiskMark {
  /** Id of the folder on this disk, as a UUID. */
  readonly disk: string;
  /** The disk has everything up to this entry of the log. */
  readonly seq: number;
  /** A writer has the folder open, or was ended while it had. */
  readonly isOpen: boolean;
}

/** Null for a folder whose writer has always waited for the disk. Throws if the file is no mark. */
export function readDiskMark(directory: string): DiskMark | null {
  const file = join(directory, NAME);
  if (!existsSync(file)) return null;
  try {
    const mark = JSON.parse(readFileSync(file, "utf8")) as DiskMark;
    if (typeof mark.disk === "string" && Number.isInteger(mark.seq)) return mark;
  } catch {
    // Every kind of damage gets the same message below.
  }
  throw new Error(`${file} is damaged. Move the folder away: it is made from its log again.`);
}

/** Durable when it returns. */
export function writeDiskMark(directory: string, mark: DiskMark): DiskMark {
  writeDurably(join(directory, NAME), `${JSON.stringify(mark)}\n`);
  return mark;
}

/** A mark for a folder that a writer opens. The disk must have everything up to the entry. */
export function openDiskMark(directory: string, before: DiskMark | null, seq: number): DiskMark {
  return writeDiskMark(directory, { disk: before?.disk ?? randomUUID(), seq, isOpen: true });
}

/**
 * Whether the folder lacks something that the log has, so that nobody may go on with it: after a power cut, or since it is an
 * older copy. Nobody has it open.
 * @param last the parts of the log's last entry, which are read only where they are needed; none where there is no such entry
 */
export function hasLost(directory: string, mark: DiskMark | null, seq: number, last: () => Parts): boolean {
  if (mark === null || mark.seq >= seq) return false;
  const parts = mark.isOpen ? [...last()] : [];
  if (parts.length === 0) return true;
  const unsynced = unsyncedIn(parts);
  if (unsynced === null) return false;
  if (unsynced.disk !== mark.disk) return true;
  // A file that is gone was removed on purpose, by a call that may have left no entry.
  const files = Object.keys(unsynced.logs).map((file) => ({
    path: join(directory, file),
    position: unsynced.logs[file]!,
  }));
  return files.some(({ path, position }) => existsSync(path) && !hasReached(path, position));
}

/** Returns when the disk has all write-ahead logs of a folder, as a process that was killed has left them. */
export function syncLogs(directory: string): void {
  for (const name of ["", "branches", "snapshots"]) {
    const folder = join(directory, name);
    if (!existsSync(folder)) continue;
    for (const file of readdirSync(folder)) if (file.endsWith("-wal")) sync(join(folder, file));
  }
}
