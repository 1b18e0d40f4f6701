/**
 * An entry is a list of parts, each on its own small enough for one row of a store. A part is a byte that says whether it
 * is the last, and blocks, deflated together. The last part ends with the digest of everything before it.
 *
 * The first block is the header, as JSON after its length. Then come the pages and bytes of the operations, in their
 * order: a page after its number, bytes in blocks of BYTES_AT_ONCE.
 */
export const FORMAT = 1;

/** Bytes of a part before it is deflated. Those that can't be deflated become a little longer. */
export const PART_BYTES = 8 * 1024 * 1024 - 64 * 1024;
export const BYTES_AT_ONCE = 1024 * 1024;
export const MORE = 0;
export const LAST = 1;
export const DIGEST = "sha256";
export const DIGEST_BYTES = 32;

export interface Header {
  readonly format: number;
  /** Entries of a log are numbered from 1. */
  readonly seq: number;
  /** The digest of the entry before, in hex; empty for the first one. */
  readonly previous: string;
  readonly operations: readonly OperationHeader[];
  readonly unsynced?: Unsynced;
}

/** How far a file's write-ahead log has come. */
export interface LogPosition {
  /** Of its round, in hex. */
  readonly salts: string;
  /** Of that round. */
  readonly frames: number;
}

/** What a disk may have lost of an entry, and of those before it, after a power cut. */
export interface Unsynced {
  /** Id of the folder whose writer made the entry. Folders that follow the log have others. */
  readonly disk: string;
  /** How far the logs of these files had come after the entry; all others are on the disk. */
  readonly logs: Readonly<Record<string, LogPosition>>;
}

/** An operation without its pages and bytes. */
export type OperationHeader =
  | { readonly do: "made" | "removed"; readonly file: string }
  | { readonly do: "copied" | "renamed"; readonly from: string; readonly file: string }
  | { readonly do: "bytes"; readonly file: string; readonly offset: number; readonly length: number }
  | {
      readonly do: "pages";
      readonly file: string;
      readonly pageSize: number;
      readonly size: number;
      /** Number of pages in the entry. */
      readonly count: number;
    };
