import { endianness } from "node:os";

/** Bytes before the first frame of a write-ahead log, and before the page in each frame. */
export const LOG_HEADER = 32;
export const FRAME_HEADER = 24;
const MAGIC = 0x377f0682;

/** A log begins a new round when all of it is in the file: with other salts, over its old frames. */
export interface LogRound {
  /** The log's header, which says all that follows. */
  readonly header: Buffer;
  readonly salts: Buffer;
  readonly pageSize: number;
  readonly isBigEndian: boolean;
}

/** Null for a header that SQLite would not take. */
export function roundOf(header: Buffer): LogRound | null {
  const magic = header.readUInt32BE(0);
  if (magic !== MAGIC && magic !== MAGIC + 1) return null;
  const isBigEndian = magic === MAGIC + 1;
  if (!isChecksum(checksum(header.subarray(0, 24), NO_CHECKSUM, isBigEndian), header, 24)) return null;
  return { header, salts: header.subarray(16, 24), pageSize: header.readUInt32BE(8), isBigEndian };
}

/** The checksum before the first frame. */
export function firstChecksum({ header }: LogRound): Checksum {
  return checksumAt(header, 24);
}

/** Whether the frame at `at` has the salts of this round. */
export function isOfRound({ salts }: LogRound, bytes: Buffer, at: number): boolean {
  return salts.compare(bytes, at + 8, at + 16) === 0;
}

/** The checksum after the frame at `at`; null if it does not continue `before`. */
export function afterFrame(
  { pageSize, isBigEndian }: Pick<LogRound, "pageSize" | "isBigEndian">,
  bytes: Buffer,
  at: number,
  before: Checksum,
): Checksum | null {
  const page = bytes.subarray(at + FRAME_HEADER, at + FRAME_HEADER + pageSize);
  const sum = checksum(page, checksum(bytes.subarray(at, at + 8), before, isBigEndian), isBigEndian);
  return isChecksum(sum, bytes, at + 16) ? sum : null;
}

/** SQLite's running checksum over the frames of a log. */
export interface Checksum {
  readonly first: number;
  readonly second: number;
}

export const NO_CHECKSUM: Checksum = { first: 0, second: 0 };

/** Continues a checksum over bytes whose number is a multiple of 8, as words in the byte order that the log names. */
export function checksum(bytes: Uint8Array, { first, second }: Checksum, isBigEndian: boolean): Checksum {
  const words = wordsOf(bytes, isBigEndian);
  let [a, b] = [first, second];
  for (let i = 0; i < words.length; i += 2) {
    a = (a + words[i]! + b) | 0;
    b = (b + words[i + 1]! + a) | 0;
  }
  return { first: a, second: b };
}

export function checksumAt(bytes: Buffer, at: number): Checksum {
  return { first: bytes.readInt32BE(at), second: bytes.readInt32BE(at + 4) };
}

function isChecksum({ first, second }: Checksum, stored: Buffer, at: number): boolean {
  return first >>> 0 === stored.readUInt32BE(at) && second >>> 0 === stored.readUInt32BE(at + 4);
}

function wordsOf(bytes: Uint8Array, isBigEndian: boolean): Uint32Array {
  const isNative = isBigEndian === (endianness() === "BE");
  if (isNative && bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const copy = new Uint8Array(bytes);
  if (!isNative) Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}
