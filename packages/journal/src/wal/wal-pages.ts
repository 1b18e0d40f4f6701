import { readSync } from "node:fs";
import type { PageSource } from "../entry/page-source.js";

/** Bytes of a log that stay in memory until its pages are used. The rest is read from the log once more. */
const MOST_KEPT = 8 * 1024 * 1024;

/** The pages of some commits, where the log has their newest versions. Valid until the log is closed or begins anew. */
export class WalPages implements PageSource {
  /** Pages of the file after the last commit. */
  size = 0;
  private readonly places = new Map<number, number>();
  /** Frames after the last commit. */
  private pending: [page: number, place: number][] = [];
  private readonly chunks: { readonly start: number; readonly bytes: Buffer }[] = [];
  private kept = 0;
  private sorted: number[] | null = null;

  constructor(
    readonly pageSize: number,
    private readonly descriptor: number,
  ) {}

  add(page: number, place: number): void {
    this.pending.push([page, place]);
  }

  commit(size: number): void {
    for (const [page, place] of this.pending) this.places.set(page, place);
    this.pending = [];
    this.size = size;
  }

  keep(bytes: Buffer, start: number): void {
    if (this.kept + bytes.length > MOST_KEPT) return;
    this.kept += bytes.length;
    this.chunks.push({ start, bytes });
  }

  /** Null if nothing was committed. Pages beyond the end of the file are left out. */
  whole(): this | null {
    if (this.size === 0) return null;
    this.pending = [];
    for (const page of this.places.keys()) if (page > this.size) this.places.delete(page);
    return this;
  }

  get numbers(): readonly number[] {
    this.sorted ??= [...this.places.keys()].sort((a, b) => a - b);
    return this.sorted;
  }

  read(number: number): Uint8Array {
    const place = this.places.get(number)!;
    for (const { start, bytes } of this.chunks) {
      if (place < start || place + this.pageSize > start + bytes.length) continue;
      return bytes.subarray(place - start, place - start + this.pageSize);
    }
    const page = new Uint8Array(this.pageSize);
    readSync(this.descriptor, page, 0, this.pageSize, place);
    return page;
  }
}
