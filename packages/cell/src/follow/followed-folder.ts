import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EntryDoesNotFit, makeFromBase, Replica, readFolderId, writeFolderId } from "@heliosdb/journal";
import type { Base, Head } from "@heliosdb/store";

/** Where logs come from. */
export interface LogSource {
  /** The parts of an entry; none where there is no such entry any more. */
  entry(database: string, seq: number): Promise<readonly Uint8Array[]>;
  /** Calls `work` with the base of a log; with null where there is none. */
  base<T>(database: string, work: (base: Base | null) => Promise<T>): Promise<T>;
}

/** A database's folder that follows its log. No SQLite has it open. */
export class FollowedFolder {
  private replica: Replica | null = null;

  constructor(
    private readonly folder: string,
    /** The file that says how far it has come. */
    private readonly positionFile: string,
  ) {}

  /** Number of the last entry that it has; 0 for none. */
  get applied(): number {
    return this.replica?.applied ?? 0;
  }

  isAt({ seq, digest }: Head): boolean {
    return this.replica !== null && this.replica.applied === seq && this.replica.appliedDigest === digest;
  }

  /**
   * Applies what is missing up to the end of its log. A folder that can't be continued is made anew: its log is that of
   * another folder now, or it has an entry that was lost with a server of the store, or it needs one that is only in the
   * base of the log.
   */
  async follow(head: Head, source: LogSource, isOver: () => boolean): Promise<void> {
    const { name, seq, digest } = head;
    this.replica ??= await this.open(head, source, isOver);
    if (this.replica.applied > seq) this.replica = await this.begin(head, source, isOver);
    let begunAt = -1;
    let isAnew = false;
    // The base may be newer than what is known of the end.
    while (!isOver() && this.replica.applied <= seq) {
      if (this.replica.applied === seq) {
        // Once: what is known of the end may have been taken back itself, and the next look tells more.
        if (this.replica.appliedDigest === digest || isAnew) return;
        isAnew = true;
        this.replica = await this.begin(head, source, isOver);
        if (this.replica.applied >= seq) return;
      }
      const parts = await source.entry(name, this.replica.applied + 1);
      if (parts.length === 0) {
        const made = await this.fromBase(head, this.replica.applied, source, isOver);
        // The log was dropped meanwhile, or an entry is not there for another reason.
        if (made === null) return;
        this.replica = made;
        continue;
      }
      try {
        this.replica.apply(parts);
      } catch (error) {
        if (!(error instanceof EntryDoesNotFit) || this.replica.applied === begunAt) throw error;
        this.replica = await this.begin(head, source, isOver);
        begunAt = this.replica.applied;
      }
    }
  }

  /** Makes what was applied durable. */
  sync(): void {
    this.replica?.sync();
  }

  /** Removes the folder. */
  remove(): void {
    this.replica = null;
    // In this order, since a position without its folder is not believed.
    putAside(this.folder);
    rmSync(this.positionFile, { force: true });
  }

  private async open(head: Head, source: LogSource, isOver: () => boolean): Promise<Replica> {
    if (readFolderId(this.folder) === head.folder) return new Replica(this.folder, this.positionFile);
    return this.begin(head, source, isOver);
  }

  /** From the base of the log, if it has one. */
  private async begin(head: Head, source: LogSource, isOver: () => boolean): Promise<Replica> {
    const made = await this.fromBase(head, 0, source, isOver);
    if (made !== null) return made;
    this.makeEmpty();
    writeFolderId(this.folder, head.folder);
    return new Replica(this.folder, this.positionFile);
  }

  /** Makes the folder from the base of its log; null where that has nothing after this entry. */
  private fromBase(
    { name, folder }: Head,
    after: number,
    source: LogSource,
    isOver: () => boolean,
  ): Promise<Replica | null> {
    return source.base(name, async (base) => {
      if (base === null || base.folder !== folder || base.seq <= after) return null;
      this.makeEmpty();
      if (!(await makeFromBase(base, this.folder, this.positionFile, isOver))) return null;
      // Last: without it, nothing in the folder is believed.
      writeFolderId(this.folder, folder);
      return new Replica(this.folder, this.positionFile);
    });
  }

  private makeEmpty(): void {
    this.remove();
    for (const folder of [this.folder, dirname(this.positionFile)]) mkdirSync(folder, { recursive: true });
  }
}

/** Takes a folder away under its name at once, however large it is. What is left is removed at the next start. */
export function putAside(folder: string): void {
  if (!existsSync(folder)) return;
  const aside = join(dirname(folder), `.dropped-${randomUUID()}`);
  renameSync(folder, aside);
  void rm(aside, { recursive: true, force: true }).catch(() => {});
}
