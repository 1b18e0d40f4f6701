import { OWN_STREAM } from "../own/own-files.js";
import { withCellAt } from "./cell-source.js";
import { DataFolder, hasEntries } from "./data-folder.js";
import { makeFolderAt } from "./folder-at.js";

export interface ExportOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  /** A new folder, or an empty one. */
  readonly folder: string;
  /** The moment, in µs since 1970; null for now. */
  readonly at: number | null;
  /** Ends it, and removes what was made. */
  readonly signal: AbortSignal;
}

export interface ExportedCell {
  /** The moment, in µs since 1970, by the store's clock. */
  readonly at: number;
  readonly databases: number;
}

/** The moment is before what the store has kept. */
export class TooEarly extends Error {
  constructor(
    /** The first moment after it whose state can be made, in µs since 1970. */
    readonly possibleFrom: number,
  ) {
    super("the entries of that moment are not kept any more");
  }
}

/**
 * Makes an ordinary data folder from the store alone, while the cell is in use: all its databases, its catalog and its
 * secrets as they were at one moment. Everything that was acknowledged before is in it. If it rejects, nothing is left.
 */
export async function exportCell({ urls, cell, folder, at, signal }: ExportOptions): Promise<ExportedCell> {
  const made = DataFolder.begin(folder);
  try {
    return await withCellAt(urls, cell, at, async ({ moment, logs }) => {
      const { heads, possibleFrom } = moment;
      if (possibleFrom > moment.at) throw new TooEarly(possibleFrom);
      for (const head of heads.filter(hasEntries)) {
        try {
          await makeFolderAt(logs, head, made.placeOf(head), signal);
        } catch (error) {
          if (signal.aborted) throw signal.reason;
          throw new Error(`the log of ${head.name}: ${error instanceof Error ? error.message : String(error)}`);
        }
      }
      made.finish();
      return { at: moment.at, databases: heads.filter(hasEntries).filter(({ name }) => name !== OWN_STREAM).length };
    });
  } catch (error) {
    made.clear();
    throw error;
  }
}
