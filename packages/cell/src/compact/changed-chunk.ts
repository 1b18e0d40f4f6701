import { CHUNK_BYTES } from "@heliosdb/store";

/** Memory that a piece takes beside its bytes. */
const OVERHEAD = 128;

/** Two numbers. */
const HEAD = 8;

interface Piece {
  readonly offset: number;
  readonly bytes: Uint8Array;
}

/**
 * What was written to one chunk of a file. A random write changes a page of 4 KiB in a chunk of 256 KiB, so only what was
 * written is in memory, until the chunk is.
 */
export class ChangedChunk {
  /** Later ones cover earlier ones. */
  private readonly pieces = new Map<number, Piece>();
  private held = 0;

  /** One that was packed. */
  static unpack(packed: Buffer): ChangedChunk {
    const [kept, count] = [packed.readUInt32BE(0), packed.readUInt32BE(4)];
    const chunk = new ChangedChunk(kept);
    let at = HEAD * (1 + count);
    for (let i = 1; i <= count; i++) {
      const [offset, length] = [packed.readUInt32BE(HEAD * i), packed.readUInt32BE(HEAD * i + 4)];
      chunk.add(offset, packed.subarray(at, at + length));
      at += length;
    }
    return chunk;
  }

  /** @param kept bytes of what was there before that count, from its beginning; 0 where there was nothing */
  constructor(private kept: number) {}

  /** Memory that it takes. */
  get bytes(): number {
    return this.held;
  }

  /** Whether the chunk may have been there before. */
  get isOverOther(): boolean {
    return this.kept > 0;
  }

  /** Whether the bytes that were there before are needed to tell the new ones. */
  get needsOther(): boolean {
    return this.isOverOther && !this.isWhole;
  }

  /** Whether all of it was written. */
  get isWhole(): boolean {
    if (this.held < CHUNK_BYTES) return false;
    let end = 0;
    for (const { offset, bytes } of [...this.pieces.values()].sort((a, b) => a.offset - b.offset)) {
      if (offset > end) return false;
      end = Math.max(end, offset + bytes.byteLength);
    }
    return end === CHUNK_BYTES;
  }

  /** The caller may use the bytes for something else afterwards. */
  write(offset: number, bytes: Uint8Array): void {
    this.add(offset, Uint8Array.from(bytes));
  }

  /** The file ends here now. What is written behind that later follows zeroes. */
  cut(end: number): void {
    this.kept = Math.min(this.kept, end);
    const pieces = [...this.pieces.values()];
    this.pieces.clear();
    this.held = 0;
    // In their order.
    for (const { offset, bytes } of pieces) if (offset < end) this.add(offset, bytes.subarray(0, end - offset));
  }

  /** What was written later to the same chunk happens to this one. */
  addLater(later: ChangedChunk): void {
    this.cut(later.kept);
    for (const { offset, bytes } of later.pieces.values()) this.add(offset, bytes);
  }

  pack(): Buffer {
    const pieces = [...this.pieces.values()];
    const heads = Buffer.alloc(HEAD * (1 + pieces.length));
    for (const [i, [first, second]] of [
      [this.kept, pieces.length] as const,
      ...pieces.map(({ offset, bytes }) => [offset, bytes.byteLength] as const),
    ].entries()) {
      heads.writeUInt32BE(first, HEAD * i);
      heads.writeUInt32BE(second, HEAD * i + 4);
    }
    return Buffer.concat([heads, ...pieces.map(({ bytes }) => bytes)]);
  }

  /** The chunk as it is now, without zeroes that nobody has written at its end. */
  over(stored: Uint8Array | null): Uint8Array {
    const below = stored?.subarray(0, this.kept) ?? new Uint8Array();
    const pieces = [{ offset: 0, bytes: below }, ...this.pieces.values()];
    const end = pieces.reduce((most, { offset, bytes }) => Math.max(most, offset + bytes.byteLength), 0);
    const whole = new Uint8Array(end);
    for (const { offset, bytes } of pieces) whole.set(bytes, offset);
    return whole;
  }

  private add(offset: number, bytes: Uint8Array): void {
    const key = offset * (CHUNK_BYTES + 1) + bytes.byteLength;
    // Taken out, so that it comes last.
    this.remove(key);
    this.pieces.set(key, { offset, bytes });
    this.held += bytes.byteLength + OVERHEAD;
  }

  private remove(key: number): void {
    const piece = this.pieces.get(key);
    if (!piece) return;
    this.pieces.delete(key);
    this.held -= piece.bytes.byteLength + OVERHEAD;
  }
}
