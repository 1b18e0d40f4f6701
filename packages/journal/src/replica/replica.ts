import { mkdirSync } from "node:fs";
import { EntryReader, type Parts } from "../entry/decode.js";
import type { OperationHeader } from "../entry/format.js";
import { isImage } from "../entry/operation.js";
import { FolderWriter } from "./folder-writer.js";
import { type Position, readPosition, writePosition } from "./position.js";

/** The entry is not the next one of this replica's log: the folder must be made again. */
export class EntryDoesNotFit extends Error {}

/**
 * A copy of a database's folder, made by applying the entries of its log. No SQLite has it open.
 *
 * Pages and bytes are written without waiting for the disk, since a crash at worst repeats them. That does not do for
 * the rest: a copy that is made once more would copy what its source has become since. So before each of these steps
 * everything before it is made durable, with the position, and so is the step itself before the next one.
 */
export class Replica {
  private durable: Position;
  private seq: number;
  private digest: string;
  /** The next step may have been taken already, before a crash. */
  private mayBeRepeated = true;

  constructor(
    folder: string,
    /** The file that says how far the replica has come. */
    private readonly positionFile: string,
    private readonly files = new FolderWriter(folder),
  ) {
    mkdirSync(folder, { recursive: true });
    this.durable = readPosition(positionFile);
    this.seq = this.durable.seq;
    this.digest = this.durable.digest;
  }

  /** The number of the last entry that was applied. */
  get applied(): number {
    return this.seq;
  }

  /** Its digest; empty where there is none. */
  get appliedDigest(): string {
    return this.digest;
  }

  apply(parts: Parts): void {
    const entry = new EntryReader(parts);
    const { header, digest } = entry;
    const { partly } = this.durable;
    if (header.seq !== this.seq + 1 || header.previous !== this.digest) {
      throw new EntryDoesNotFit(`entry ${header.seq} does not continue the log of this folder after ${this.seq}`);
    }
    if (partly !== null && partly.digest !== digest) {
      throw new EntryDoesNotFit(`entry ${header.seq} is not the one that was begun in this folder`);
    }
    try {
      this.run(entry, partly?.operations ?? 0);
    } catch (error) {
      this.mayBeRepeated = true;
      throw error;
    } finally {
      this.files.release();
    }
    [this.seq, this.digest] = [header.seq, digest];
    if (header.operations.some((operation) => !isImage(operation))) this.sync();
  }

  /** Makes everything that was applied durable. */
  sync(): void {
    this.reach({ seq: this.seq, digest: this.digest, partly: null });
  }

  private run(entry: EntryReader, done: number): void {
    const { operations } = entry.header;
    const blocks = entry.blocks();
    let block = blocks.next();
    operations.forEach((operation, index) => {
      for (; !block.done && block.value.operation === index; block = blocks.next()) {
        if (index >= done) this.files.write(operation, block.value);
      }
      if (index < done) return;
      const isStep = !isImage(operation);
      if (isStep && (index === done || !isRemoval(operations[index], operations[index - 1]))) {
        this.reachPart(entry.digest, index);
      }
      this.files.run(operation, this.mayBeRepeated);
      if (!isStep || isRemoval(operation, operations[index + 1])) return;
      this.mayBeRepeated = false;
      this.reachPart(entry.digest, index + 1);
    });
  }

  protected reachPart(digest: string, operations: number): void {
    this.reach({ seq: this.seq, digest: this.digest, partly: { digest, operations } });
  }

  private reach(position: Position): void {
    this.files.sync();
    writePosition(this.positionFile, position);
    this.durable = position;
  }
}

/** Removals that follow each other are one step: they may be repeated together. */
function isRemoval(...operations: readonly (OperationHeader | undefined)[]): boolean {
  return operations.every((operation) => operation?.do === "removed");
}
