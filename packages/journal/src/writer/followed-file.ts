import type { JournaledConnection } from "@heliosdb/engine";
import type { LogPosition } from "../entry/format.js";
import type { WalPages } from "../wal/wal-pages.js";
import { WalReader } from "../wal/wal-reader.js";

/** Frames of a log from which on it is moved into its file. */
const CHECKPOINT_FRAMES = 1000;

/** A file whose log is followed, with the connections that write it: one, and others that wait to be closed. */
export class FollowedFile {
  readonly connections = new Set<JournaledConnection>();
  private readonly log: WalReader;
  /** The entry by which what was collected is known; Infinity before it is added. */
  private newest = 0;
  /** Frames that are known to be in the file. */
  private moved = 0;
  /** The file has been removed, and SQLite will not touch its log. */
  private isGone = false;

  constructor(path: string) {
    this.log = new WalReader(`${path}-wal`);
  }

  /** What was committed since the last call. It counts as unconfirmed until `isIn` says in which entry it is. */
  collect(): WalPages | null {
    // What is not committed is not looked at: a transaction may have written more to the log than there is memory.
    return this.isInTransaction() || !this.hasMore() ? null : this.collectNow();
  }

  /** The same, also while a transaction is open, of which nothing is collected. */
  collectNow(): WalPages | null {
    const pages = this.log.collect();
    if (pages) {
      this.newest = Number.POSITIVE_INFINITY;
      this.moved = 0;
    }
    return pages;
  }

  /** The newest entry that has something of it, or says how far it has come. */
  isIn(seq: number): void {
    this.newest = seq;
  }

  get position(): LogPosition | null {
    return this.log.position;
  }

  /** Returns when the disk has all that was collected. */
  sync(): void {
    this.log.sync();
  }

  /** Closing one of several connections moves nothing. */
  mayClose(confirmed: number): boolean {
    return !this.isLast || this.isConfirmed(confirmed);
  }

  /** Whether closing a connection moves its log, and removes it. */
  get isLast(): boolean {
    return this.connections.size <= 1;
  }

  /** Whether its log may be moved: everything in it was collected, and is confirmed. */
  isConfirmed(confirmed: number): boolean {
    return this.isGone || (this.newest <= confirmed && !this.isInTransaction() && !this.hasMore());
  }

  /** The log is about to be moved by somebody who has asked. */
  allowMove(): void {
    this.log.allowNewRound();
  }

  /** Moves a long log into the file, as far as readers let it. */
  checkpoint(confirmed: number): void {
    const { frames } = this.log;
    const [connection] = this.connections;
    if (frames <= CHECKPOINT_FRAMES || frames === this.moved || !connection || !this.isConfirmed(confirmed)) return;
    this.log.allowNewRound();
    const [result] = connection.pragma("wal_checkpoint(PASSIVE)") as { log: number; checkpointed: number }[];
    if (result?.log === result?.checkpointed) this.moved = frames;
  }

  /** Closes a connection, which moves the log if it is the last one. */
  close(connection: JournaledConnection): void {
    this.connections.delete(connection);
    if (this.connections.size === 0) this.log.allowNewRound();
    connection.close();
    if (this.connections.size === 0) this.log.close();
  }

  /** The file is removed, or has another name: nobody writes to it any more. */
  forget(): void {
    this.isGone = true;
    this.log.close();
  }

  private isInTransaction(): boolean {
    for (const connection of this.connections) if (connection.open && connection.inTransaction) return true;
    return false;
  }

  private hasMore(): boolean {
    return this.log.hasMore(() => this.committedFrames());
  }

  private committedFrames(): number {
    for (const connection of this.connections) {
      if (!connection.open) continue;
      const [state] = connection.pragma("wal_checkpoint(NOOP)") as { log: number }[];
      return state!.log;
    }
    return Number.POSITIVE_INFINITY;
  }
}
