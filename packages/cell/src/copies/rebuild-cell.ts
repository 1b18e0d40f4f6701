import { existsSync, readFileSync, rmSync } from "node:fs";
import { readFolderId } from "@heliosdb/journal";
import type { Head } from "@heliosdb/store";
import type { ReadAhead } from "../follow/read-ahead.js";
import { readState, stateFileOf } from "../node/state-file.js";
import { withCellAt } from "./cell-source.js";
import { DataFolder, hasEntries } from "./data-folder.js";
import { differences } from "./differences.js";
import { makeFolderAt } from "./folder-at.js";

export interface RebuildOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  /** A new folder, or an empty one. */
  readonly folder: string;
  /** The data folder of a standby of the cell that stopped by itself, and that is locked; null for none. */
  readonly standby: string | null;
  readonly signal: AbortSignal;
}

export interface RebuiltCell {
  /** The moment, in µs since 1970, by the store's clock. */
  readonly at: number;
  readonly logs: number;
  /** Folders of the standby that were compared. */
  readonly compared: number;
  /** In sentences. */
  readonly problems: readonly string[];
}

/**
 * Makes a data folder from the store, as for an export, and goes on where a log is damaged. Every entry is held against
 * its digest and the one before, and what is read of a base against its own. The folders of a standby are compared
 * with what the logs say, each at the entry that it has come to.
 */
export async function rebuildCell({ urls, cell, folder, standby, signal }: RebuildOptions): Promise<RebuiltCell> {
  const theirs = standby === null ? null : standbyFolder(standby, cell);
  const made = DataFolder.begin(folder);
  return await withCellAt(urls, cell, null, async ({ moment, logs }) => {
    const problems: string[] = [];
    let compared = 0;
    const heads = moment.heads.filter(hasEntries);
    for (const head of heads) {
      try {
        const found = theirs && (await compare(head, logs, made, theirs, signal));
        if (found) compared++;
        problems.push(...(found ?? []).map((problem) => `${head.name} in ${standby}: ${problem}`));
        await makeFolderAt(logs, head, made.placeOf(head), signal);
      } catch (error) {
        signal.throwIfAborted();
        if ((error as { code?: string }).code === "ENOSPC") throw error;
        // What there is of it would only be found wrong once more.
        rmSync(made.placeOf(head).folder, { recursive: true, force: true });
        problems.push(`the log of ${head.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    made.finish();
    return { at: moment.at, logs: heads.length, compared, problems };
  });
}

function standbyFolder(path: string, cell: string): DataFolder {
  const state = readState(stateFileOf(path));
  if (state === null) throw new Error(`${path} is not the folder of a node`);
  if (state.cell !== cell) throw new Error(`${path} belongs to the cell ${state.cell}, not to ${cell}`);
  if (state.role !== "standby" || !state.isAtRest) {
    throw new Error(
      `${path} is not the folder of a standby that was stopped by SIGTERM: ` +
        "that of another node may have what is not in the log, or an entry by half",
    );
  }
  return new DataFolder(path);
}

/** What is wrong in the standby's folder of a log; null where it has none, or that of an earlier log of this name. */
async function compare(
  head: Head,
  logs: ReadAhead,
  made: DataFolder,
  theirs: DataFolder,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { folder, positionFile } = theirs.placeOf(head);
  if (readFolderId(folder) !== head.folder || !existsSync(positionFile)) return null;
  const { seq, digest } = JSON.parse(readFileSync(positionFile, "utf8")) as { seq: number; digest: string };
  const from = await logs.base(head.name, async (base) => base?.seq ?? 0);
  if (seq < from)
    return [`it is at entry ${seq}, and can be compared from entry ${from} on. Let it follow, and stop it.`];
  if (seq > head.seq) return [`it is at entry ${seq}, and the log ends with entry ${head.seq}`];
  await makeFolderAt(logs, { ...head, seq, digest }, made.placeOf(head), signal);
  return differences(made.placeOf(head).folder, folder);
}
