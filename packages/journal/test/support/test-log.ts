import { decodeEntry, LogEnd, type Operations } from "../../src/index.js";

/** The log of one database, in memory. */
export class TestLog {
  private readonly entries: Buffer[][] = [];
  private readonly digests: string[] = [];
  private end = new LogEnd();
  bytes = 0;

  get length(): number {
    return this.entries.length;
  }

  append(operations: Operations): number {
    const parts = [...this.end.next(operations)];
    this.entries.push(parts);
    this.digests.push(this.end.digest);
    for (const { length } of parts) this.bytes += length;
    return this.end.seq;
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
    this.end = new LogEnd(seq, this.digests.at(-1) ?? "");
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
