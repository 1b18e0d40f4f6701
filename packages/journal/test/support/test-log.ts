import { EntryReader } from "../../src/entry/decode.js";
import { decodeEntry, LogEnd, type Operations, type Unsynced } from "../../src/index.js";

/** The log of one database, in memory. */
export class TestLog {
  private readonly entries: Buffer[][] = [];
  private readonly digests: string[] = [];
  private last = new LogEnd();
  bytes = 0;

  get length(): number {
    return this.entries.length;
  }

  append(operations: Operations, unsynced: Unsynced | null = null): number {
    const parts = [...this.last.next(operations, unsynced)];
    this.push(parts, this.last.digest);
    return this.last.seq;
  }

  /** An entry that another process has made. */
  add(parts: Buffer[]): void {
    this.push(parts, new EntryReader(parts).digest);
    this.last = new LogEnd(this.length, this.digests.at(-1)!);
  }

  get end(): { readonly seq: number; readonly digest: string } {
    return { seq: this.last.seq, digest: this.last.digest };
  }

  private push(parts: Buffer[], digest: string): void {
    this.entries.push(parts);
    this.digests.push(digest);
    for (const { length } of parts) this.bytes += length;
  }

  /** Entry 1 is the first one. */
  parts(seq: number): Buffer[] {
    return this.entries[seq - 1]!;
  }

  operations(seq: number): Operations {
    return decodeEntry(this.parts(seq)).operations;
  }

  /** What was never confirmed is gone. */
  truncate(seq: number): void {
    this.entries.length = seq;
    this.digests.length = seq;
    this.last = new LogEnd(seq, this.digests.at(-1) ?? "");
  }

  /** The files that the log has. */
  known(): Set<string> {
    const files = new Set<string>();
    for (let seq = 1; seq <= this.length; seq++) {
      for (const each of decodeEntry(this.parts(seq)).header.operations) {
        if (each.do === "removed") files.delete(each.file);
        else files.add(each.file);
        if (each.do === "renamed") files.delete(each.from);
      }
    }
    return files;
  }
}
