import { endianness } from "node:os";

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

export function isChecksum({ first, second }: Checksum, stored: Buffer, at: number): boolean {
  return first >>> 0 === stored.readUInt32BE(at) && second >>> 0 === stored.readUInt32BE(at + 4);
}

function wordsOf(bytes: Uint8Array, isBigEndian: boolean): Uint32Array {
  const isNative = isBigEndian === (endianness() === "BE");
  if (isNative && bytes.byteOffset % 4 === 0) return new Uint32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
  const copy = new Uint8Array(bytes);
  if (!isNative) Buffer.from(copy.buffer).swap32();
  return new Uint32Array(copy.buffer);
}
