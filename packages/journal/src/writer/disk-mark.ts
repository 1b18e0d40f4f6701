import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sync, writeDurably } from "../replica/position.js";

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
  /** The disk has said that it could not keep something. What is read of it need not be there after the next power cut. */
  readonly hasFailed?: boolean;
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

/** Returns when the disk has all write-ahead logs of a folder, as a process that was killed has left them. */
export function syncLogs(directory: string): void {
  for (const log of logsIn(directory)) sync(log);
}

/** Paths of all write-ahead logs of a folder. */
export function logsIn(directory: string): string[] {
  const folders = ["", "branches", "snapshots"].map((name) => join(directory, name)).filter((path) => existsSync(path));
  return folders.flatMap((folder) =>
    readdirSync(folder)
      .filter((file) => file.endsWith("-wal"))
      .map((file) => join(folder, file)),
  );
}
