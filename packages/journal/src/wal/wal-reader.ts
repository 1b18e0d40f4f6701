import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type Checksum, checksum, isChecksum, NO_CHECKSUM } from "./checksum.js";
import { WalPages } from "./wal-pages.js";

const HEADER = 32;
const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;
/** Bytes read at first; each further read is twice as long, up to the second number. */
const FIRST_READ = 64 * 1024;
const LONGEST_READ = 4 * 1024 * 1024;

/** The log began anew although what it had was not known to be in the file: pages may be missing. */
export class LogLost extends Error {}

/** Buffers for the two reads by which each open log is looked at after each call. */
const LOG_HEADER = Buffer.alloc(HEADER);
const NEXT_FRAME = Buffer.alloc(FRAME_HEADER);

/** A log begins a new round when all of it is in the file: with other salts, over its old frames. */
interface Round {
  /** The log's header, which says all that follows. */
  readonly header: Buffer;
  readonly salts: Buffer;
  readonly pageSize: number;
  readonly isBigEndian: boolean;
}

/**
 * Reads what has been committed to a file since the last call, from its write-ahead log. It never opens the file itself:
 * closing that would drop the locks of this process's connections. SQLite keeps no lock on the log.
 */
export class WalReader {
  private descriptor: number | null = null;
  private round: Round | null = null;
  /** After the last commit that was read. */
  private offset = HEADER;
  private sum: Checksum = NO_CHECKSUM;
  private mayBeginAnew = true;

  constructor(private readonly path: string) {}

  /** Frames of the current round that have been read. */
  get frames(): number {
    return this.round === null ? 0 : (this.offset - HEADER) / (this.round.pageSize + FRAME_HEADER);
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
    if (!this.framesFrom(isSame ? this.offset : HEADER, found.round, found.descriptor)) return false;
    return !isSame || committed() > this.frames;
  }

  /** Forgets the open log: it may be removed. Reading goes on where it was if it is not. */
  close(): void {
    if (this.descriptor !== null) closeSync(this.descriptor);
    this.descriptor = null;
  }

  private begin(round: Round): void {
    if (this.round !== null && !this.mayBeginAnew) {
      throw new LogLost(`${this.path} began anew before all of it was read. Did another program write to its file?`);
    }
    this.round = round;
    this.offset = HEADER;
    this.sum = { first: round.header.readInt32BE(24), second: round.header.readInt32BE(28) };
  }

  private open(): { readonly round: Round; readonly descriptor: number } | null {
    try {
      this.descriptor ??= openSync(this.path, "r");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
      throw error;
    }
    if (readSync(this.descriptor, LOG_HEADER, 0, HEADER, 0) < HEADER) return null;
    const round = this.round?.header.equals(LOG_HEADER) ? this.round : roundOf(Buffer.from(LOG_HEADER));
    return round === null ? null : { round, descriptor: this.descriptor };
  }

  /** Whether there is a frame of this round; it may be one that is not committed yet. */
  private framesFrom(offset: number, round: Round, descriptor: number): boolean {
    const read = readSync(descriptor, NEXT_FRAME, 0, FRAME_HEADER, offset);
    return read === FRAME_HEADER && isOf(round, NEXT_FRAME, 8);
  }

  private readFrames(round: Round, descriptor: number): WalPages | null {
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
        const next = checkFrame(chunk, i, round, sum);
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

/** The checksum after a frame; null for one that is not of this round, or was not written completely. */
function checkFrame(chunk: Buffer, at: number, round: Round, before: Checksum): Checksum | null {
  if (!isOf(round, chunk, at + 8)) return null;
  const { pageSize, isBigEndian } = round;
  const page = chunk.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
  const sum = checksum(page, checksum(chunk.subarray(at, at + 8), before, isBigEndian), isBigEndian);
  return isChecksum(sum, chunk, at + 16) ? sum : null;
}

/** Null for a header that SQLite would not take. */
function roundOf(header: Buffer): Round | null {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return null;
  const isBigEndian = magic === MAGIC + 1;
  if (!isChecksum(checksum(header.subarray(0, 24), NO_CHECKSUM, isBigEndian), header, 24)) return null;
  return { header, salts: header.subarray(16, 24), pageSize: header.readUInt32BE(8), isBigEndian };
}

/** Whether a frame has the salts of this round. */
function isOf({ salts }: Round, frame: Buffer, at: number): boolean {
  return salts.compare(frame, at, at + 8) === 0;
}

/** As many bytes as there are, up to `length`. Its words can be read as such. */
function readAt(descriptor: number, length: number, offset: number): Buffer {
  const bytes = Buffer.from(new ArrayBuffer(length));
  return bytes.subarray(0, readSync(descriptor, bytes, 0, length, offset));
}
