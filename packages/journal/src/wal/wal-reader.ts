import { closeSync, fdatasyncSync, fstatSync, openSync, readSync } from "node:fs";
import {
  afterFrame,
  type Checksum,
  FRAME_HEADER,
  firstChecksum,
  isOfRound,
  LOG_HEADER,
  type LogRound,
  NO_CHECKSUM,
  roundOf,
} from "@heliosdb/engine/log-format";
import type { LogPosition } from "../entry/format.js";
import { WalPages } from "./wal-pages.js";

/** Bytes read at first; each further read is twice as long, up to the second number. */
const FIRST_READ = 32 * 1024;
const LONGEST_READ = 4 * 1024 * 1024;

/** The log began anew although what it had was not known to be in the file: pages may be missing. */
export class LogLost extends Error {}

/** Buffers for the two reads by which each open log is looked at after each call. */
const HEADER = Buffer.alloc(LOG_HEADER);
const NEXT_FRAME = Buffer.alloc(FRAME_HEADER);

/**
 * Reads what has been committed to a file since the last call, from its write-ahead log. It never opens the file itself:
 * closing that would drop the locks of this process's connections. SQLite keeps no lock on the log.
 */
export class WalReader {
  private descriptor: number | null = null;
  private round: LogRound | null = null;
  /** After the last commit that was read. */
  private offset = LOG_HEADER;
  private sum: Checksum = NO_CHECKSUM;
  private mayBeginAnew = true;

  constructor(private readonly path: string) {}

  /** Frames of the current round that have been read. */
  get frames(): number {
    return this.round === null ? 0 : (this.offset - LOG_HEADER) / (this.round.pageSize + FRAME_HEADER);
  }

  /** How far it has been read; null where there is no log. */
  get position(): LogPosition | null {
    return this.round === null ? null : { salts: this.round.salts.toString("hex"), frames: this.frames };
  }

  /** Returns when the disk has all that was read. */
  sync(): void {
    if (this.descriptor !== null) fdatasyncSync(this.descriptor);
  }

  /** The log may be moved into the file: all of it has been read. */
  allowNewRound(): void {
    this.mayBeginAnew = true;
  }

  /** Pages in their newest versions, and the size of the file. Null if nothing has been committed. */
  collect(): WalPages | null {
    const found = this.open();
    if (found === null) return null;
    const { round, descriptor } = found;
    if (round !== this.round) this.begin(round);
    return this.readFrames(round, descriptor);
  }

  /**
   * Whether anything has been committed that has not been collected. `committed` says how many frames SQLite takes for
   * committed: a transaction that was rolled back may have left frames that look as if one were still to come.
   */
  hasMore(committed: () => number): boolean {
    const found = this.open();
    if (found === null) return false;
    const isSame = found.round === this.round;
    if (!this.framesFrom(isSame ? this.offset : LOG_HEADER, found.round, found.descriptor)) return false;
    return !isSame || committed() > this.frames;
  }

  /** Forgets the open log: it may be removed. Reading goes on where it was if it is not. */
  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private begin(round: LogRound): void {
    if (this.round !== null && !this.mayBeginAnew) {
      throw new LogLost(`${this.path} began anew before all of it was read. Did another program write to its file?`);
    }
    this.round = round;
    this.offset = LOG_HEADER;
    this.sum = firstChecksum(round);
  }

  private open(): { readonly round: LogRound; readonly descriptor: number } | null {
    try {
      this.descriptor ??= openSync(this.path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    if (readSync(this.descriptor, HEADER, 0, LOG_HEADER, 0) < LOG_HEADER) return null;
    const round = this.round?.header.equals(HEADER) ? this.round : roundOf(Buffer.from(HEADER));
    return round === null ? null : { round, descriptor: this.descriptor };
  }

  /** Whether there is a frame of this round; it may be one that is not committed yet. */
  private framesFrom(offset: number, round: LogRound, descriptor: number): boolean {
    const read = readSync(descriptor, NEXT_FRAME, 0, FRAME_HEADER, offset);
    return read === FRAME_HEADER && isOfRound(round, NEXT_FRAME, 0);
  }

  private readFrames(round: LogRound, descriptor: number): WalPages | null {
    if (!this.framesFrom(this.offset, round, descriptor)) return null;
    const pages = new WalPages(round.pageSize, descriptor);
    const frame = round.pageSize + FRAME_HEADER;
    const end = fstatSync(descriptor).size;
    let [at, sum] = [this.offset, this.sum];
    for (let length = FIRST_READ; at + frame <= end; length = Math.min(length * 2, LONGEST_READ)) {
      const whole = Math.max(1, Math.floor(Math.min(length, end - at) / frame)) * frame;
      const chunk = readAt(descriptor, whole, at);
      pages.keep(chunk, at);
      for (let i = 0; i + frame <= chunk.length; i += frame) {
        // Null for one that is not of this round, or was not written completely.
        const next = isOfRound(round, chunk, i) ? afterFrame(round, chunk, i, sum) : null;
        if (next === null) return pages.whole();
        sum = next;
        const size = chunk.readUInt32BE(i + 4);
        pages.add(chunk.readUInt32BE(i), at + i + FRAME_HEADER);
        if (size === 0) continue;
        pages.commit(size);
        this.offset = at + i + frame;
        this.sum = sum;
        this.mayBeginAnew = false;
      }
      if (chunk.length < whole) break;
      at += whole;
    }
    return pages.whole();
  }
}

/** As many bytes as there are, up to `length`. Its words can be read as such. */
function readAt(descriptor: number, length: number, offset: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}
