import { encodeEntry } from "./encode.js";
import type { Unsynced } from "./format.js";
import type { Operations } from "./operation.js";

/** The end of a log, where the next entry is added. */
export class LogEnd {
  constructor(
    /** Of the last entry; 0 and empty where there is none. */
    public seq = 0,
    public digest = "",
  ) {}

  /** Encodes the next entry. It belongs to the log when all its parts have been read. */
  *next(operations: Operations, unsynced: Unsynced | null = null): Generator<Buffer> {
    const seq = this.seq + 1;
    this.digest = yield* encodeEntry(operations, { seq, previous: this.digest }, unsynced);
    this.seq = seq;
  }
}
