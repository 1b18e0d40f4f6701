import { CHUNK_BYTES } from "@heliosdb/store";

/** Memory that a piece takes beside its bytes. */
const OVERHEAD = 128;

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

  /** @param kept bytes of the stored chunk that count, from its beginning; 0 where none is stored */
  constructor(private kept: number) {}

  /** Memory that it takes. */
  get bytes(): number {
    return this.held;
  }

  get isStored(): boolean {
    return this.kept > 0;
  }

  /** Whether the stored bytes are needed to tell the new ones. */
  get needsStored(): boolean {
    return this.isStored && !this.isCovered();
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

  private isCovered(): boolean {
    let end = 0;
    for (const { offset, bytes } of [...this.pieces.values()].sort((a, b) => a.offset - b.offset)) {
      if (offset > end) return false;
      end = Math.max(end, offset + bytes.byteLength);
    }
    return end === CHUNK_BYTES;
  }
}
