import type { HeliosDBError } from "@heliosdb/client";
import type { Batch } from "./batches.js";

/** Rows of a batch, by their index in it. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface Written {
  readonly rows: number;
  readonly scn: number;
}

export interface Commit {
  readonly message: string;
  readonly key: string;
  /** The key of the one that has to take effect before. */
  readonly after?: string;
}

/** Where rows go. */
export interface Sink {
  /** Codes of errors that are about what was sent; of several rows, halves are sent until it is known which. */
  readonly refusals: ReadonlySet<string>;
  /** Whether the history of the branch has this commit. */
  has(scn: number): Promise<boolean>;
  /** The row that such an error is about, counted from the first that was sent; null if it doesn't say. */
  refused(error: HeliosDBError): number | null;
  /**
   * Sends rows as one commit with this message; with the same key it takes effect once.
   * @param joined the texts of the rows, with commas between them
   */
  send(batch: Batch, range: Range, joined: string, commit: Commit): Promise<Written>;
}

/** The end of the message of a commit, by which its rows are found in the history when the key has been forgotten. */
export function mark(id: string, rows: string): string {
  return `rows ${rows} (import ${id})`;
}

/** The number of rows of the file that a commit's message says were passed; null for another commit. */
export function passedRows(message: string | null, id: string): number | null {
  const [, to, owner] = /rows \d+-(\d+) \(import ([0-9a-f]+)\)$/.exec(message ?? "") ?? [];
  return owner === id ? Number(to) : null;
}
