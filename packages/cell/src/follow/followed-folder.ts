import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { EntryDoesNotFit, Replica, readFolderId, writeFolderId } from "@heliosdb/journal";
import type { Head } from "@heliosdb/store";

/** Where entries come from; none where there is no such entry any more. */
export type ReadEntry = (database: string, seq: number) => Promise<readonly Uint8Array[]>;

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
   * another folder now, or it has an entry that was lost with a server of the store.
   */
  async follow({ name, seq, digest, folder }: Head, read: ReadEntry, isOver: () => boolean): Promise<void> {
    this.replica ??= this.open(folder);
    if (this.replica.applied > seq) this.replica = this.begin(folder);
    while (!isOver()) {
      if (this.replica.applied === seq) {
        if (this.replica.appliedDigest === digest) return;
        this.replica = this.begin(folder);
        if (seq === 0) return;
      }
      const parts = await read(name, this.replica.applied + 1);
      // The log was dropped meanwhile.
      if (parts.length === 0) return;
      try {
        this.replica.apply(parts);
      } catch (error) {
        if (!(error instanceof EntryDoesNotFit)) throw error;
        this.replica = this.begin(folder);
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

  private open(folder: string): Replica {
    return readFolderId(this.folder) === folder ? new Replica(this.folder, this.positionFile) : this.begin(folder);
  }

  private begin(folder: string): Replica {
    this.remove();
    mkdirSync(dirname(this.positionFile), { recursive: true });
    writeFolderId(this.folder, folder);
    return new Replica(this.folder, this.positionFile);
  }
}

/** Takes a folder away under its name at once, however large it is. What is left is removed at the next start. */
export function putAside(folder: string): void {
  if (!existsSync(folder)) return;
  const aside = join(dirname(folder), `.dropped-${randomUUID()}`);
  renameSync(folder, aside);
  void rm(aside, { recursive: true, force: true }).catch(() => {});
}
