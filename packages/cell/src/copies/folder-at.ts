import { BrokenEntry } from "@heliosdb/journal";
import type { Head } from "@heliosdb/store";
import { FollowedFolder, type LogSource } from "../follow/followed-folder.js";

/** A database's folder that is made from its log, up to a given entry. */
export interface FolderPlace {
  readonly folder: string;
  /** The file that says how far it has come. */
  readonly positionFile: string;
}

/**
 * Makes a database's folder as it was after one entry of its log, from the base and the entries that are there; one that
 * was made up to an earlier entry goes on from there. It is durable then. Every entry is held against its digest, and
 * against that of the one before. Rejects where the log can't give that state.
 * @param head the entry: the newest one, or any before that the base doesn't have yet
 * @param signal ends it
 */
export async function makeFolderAt(
  source: LogSource,
  head: Head,
  { folder, positionFile }: FolderPlace,
  signal: AbortSignal,
): Promise<void> {
  const followed = new FollowedFolder(folder, positionFile);
  try {
    await followed.follow(head, source, () => signal.aborted);
  } catch (error) {
    throw error instanceof BrokenEntry ? new Error(`entry ${followed.applied + 1}: ${error.message}`) : error;
  }
  signal.throwIfAborted();
  if (!followed.isAt(head)) {
    throw new Error(
      followed.applied > head.seq
        ? `its base was moved to entry ${followed.applied}, which is later than entry ${head.seq}`
        : `entry ${Math.min(followed.applied + 1, head.seq)} is missing, or is another one now`,
    );
  }
  followed.sync();
}
