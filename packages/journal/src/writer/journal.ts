import { relative, sep } from "node:path";
import type { FileJournal, JournaledConnection } from "@heliosdb/engine";
import { isLogged, UNFINISHED } from "../entry/file-name.js";
import type { LogPosition, Unsynced } from "../entry/format.js";
import type { Operation, Operations } from "../entry/operation.js";
import type { WalPages } from "../wal/wal-pages.js";
import { WalReader } from "../wal/wal-reader.js";
import { firstPage } from "./first-page.js";
import { FollowedFile } from "./followed-file.js";
import { wholeFile } from "./whole-file.js";

/**
 * Adds an entry to the log and returns its number. What the operations refer to must be read before it returns.
 */
export type Append = (operations: Operations, unsynced: Unsynced | null) => number;

/** The disk of a journal that defers syncing. */
export interface Disk {
  /** Id of the folder on this disk. */
  readonly id: string;
  /** Notes, durably, that the disk has everything that is confirmed. */
  noteSynced(): void;
  /** The disk could not keep something. It says so once: asked again, it may claim to have it. Must not return. */
  failed(error: unknown): never;
}

/**
 * Makes one entry of all that one call of a database's writer does to its files. Its owner calls `collect` after each
 * call, `confirmed` when an entry is safe, and `settle` between calls.
 */
export class Journal implements FileJournal {
  /** Files that the log has. */
  readonly known: Set<string>;
  protected operations: Operation[] = [];
  private readonly followed = new Map<string, FollowedFile>();
  private readonly byConnection = new Map<JournaledConnection, FollowedFile>();
  private readonly toClose = new Set<JournaledConnection>();
  /** Files of which the current entry has pages. */
  private readonly collecting = new Set<FollowedFile>();
  /** Logs that the current entry refers to. */
  private readonly reading: WalReader[] = [];
  /** Files of whose logs the disk may not have everything, by name. */
  private readonly unsynced = new Map<string, FollowedFile>();
  /** When the first of them was collected. */
  private unsyncedSince = 0;
  /** An entry may be the log's last that says what is not synced, although it is since. */
  private isNoteDue = false;
  private last = 0;
  private lastConfirmed = 0;

  constructor(
    /** The database's folder. */
    protected readonly folder: string,
    private readonly append: Append,
    known: Iterable<string> = [],
    /** Where writes of rows need not wait for it. */
    private readonly disk: Disk | null = null,
  ) {
    this.known = new Set(known);
  }

  get defersSync(): boolean {
    return this.disk !== null;
  }

  /** Time for which the disk may have been behind, in ms; 0 where it has everything. */
  get behindMs(): number {
    return this.unsynced.size === 0 ? 0 : performance.now() - this.unsyncedSince;
  }

  /** Returns when the disk has everything that was collected. */
  sync(): void {
    try {
      for (const followed of this.unsynced.values()) followed.sync();
    } catch (error) {
      if (this.disk !== null) this.disk.failed(error);
      throw error;
    }
    this.unsynced.clear();
  }

  opened(path: string, connection: JournaledConnection): void {
    const file = this.nameOf(path);
    const followed = this.followed.get(file) ?? new FollowedFile(path);
    this.followed.set(file, followed);
    followed.connections.add(connection);
    this.byConnection.set(connection, followed);
  }

  close(connection: JournaledConnection): void {
    this.toClose.add(connection);
  }

  mayCheckpoint(path: string): boolean {
    const followed = this.followed.get(this.nameOf(path));
    if (!followed) return true;
    if (!followed.isConfirmed(this.lastConfirmed)) return false;
    followed.allowMove();
    return true;
  }

  made(path: string, content: Uint8Array): void {
    const file = this.nameOf(path);
    if (!isLogged(file)) return;
    this.known.add(file);
    this.operations.push({ do: "made", file });
    if (content.byteLength > 0) this.operations.push({ do: "bytes", file, offset: 0, bytes: content });
  }

  copied(source: string, target: string): void {
    const [from, file] = [this.nameOf(source), this.nameOf(target)];
    if (!isLogged(file)) return;
    this.require(from);
    // What was committed to the source in this call belongs to the copy. The source is locked, by a transaction.
    this.collectFrom(from, true);
    this.known.add(file);
    this.operations.push({ do: "copied", from, file });
  }

  finished(path: string, pages: string): void {
    const file = this.nameOf(path);
    this.require(file);
    const log = new WalReader(pages);
    this.reading.push(log);
    const found = log.collect();
    if (found) this.push(file, found);
    this.operations.push(firstPage(path, file));
  }

  adopted(source: string, path: string): void {
    const file = this.nameOf(path);
    const unfinished = file + UNFINISHED;
    for (const part of wholeFile(source, unfinished)) this.add(part);
    this.known.add(file);
    this.operations.push({ do: "renamed", from: unfinished, file });
  }

  renamed(from: string, to: string): void {
    const [old, file] = [this.nameOf(from), this.nameOf(to)];
    if (!this.known.delete(old)) {
      // An unknown file that is put aside, or a rewound copy.
      if (!isLogged(file) || file.startsWith("lost+found/")) return;
      throw new Error(`${old} became ${file}, and the log does not have it`);
    }
    this.forget(old);
    if (isLogged(file)) {
      this.known.add(file);
      this.operations.push({ do: "renamed", from: old, file });
    } else this.operations.push({ do: "removed", file: old });
  }

  removed(path: string): void {
    const file = this.nameOf(path);
    this.forget(file);
    if (this.known.delete(file)) this.operations.push({ do: "removed", file });
  }

  /** Ends a call. Returns the number of the newest entry: whatever the call's answer tells is in it, or before it. */
  collect(): number {
    for (const file of this.followed.keys()) this.collectFrom(file);
    const operations = this.operations;
    this.operations = [];
    if (operations.length > 0) this.add(operations);
    for (const followed of [...this.collecting, ...this.unsynced.values()]) followed.isIn(this.last);
    this.collecting.clear();
    for (const log of this.reading.splice(0)) log.close();
    return this.last;
  }

  /** Everything up to an entry is safe. */
  confirmed(seq: number): void {
    this.lastConfirmed = Math.max(this.lastConfirmed, seq);
  }

  /** Closes files and moves logs, where everything in them is confirmed. Call it between calls of the writer. */
  settle(): void {
    for (const connection of this.toClose) {
      const followed = this.byConnection.get(connection);
      if (followed && !followed.mayClose(this.lastConfirmed)) continue;
      if (followed?.isLast) this.noteSynced();
      this.toClose.delete(connection);
      this.byConnection.delete(connection);
      if (followed) followed.close(connection);
      else connection.close();
    }
    for (const followed of this.followed.values()) followed.checkpoint(this.lastConfirmed);
  }

  /** Connections that have not been closed yet. */
  get open(): number {
    return this.byConnection.size;
  }

  private collectFrom(file: string, now = false): void {
    const followed = this.followed.get(file);
    const pages = now ? followed?.collectNow() : followed?.collect();
    if (!followed || !pages) return;
    this.collecting.add(followed);
    if (this.disk !== null) {
      if (this.unsynced.size === 0) this.unsyncedSince = performance.now();
      this.unsynced.set(file, followed);
    }
    this.push(file, pages);
  }

  private push(file: string, pages: WalPages): void {
    this.operations.push({ do: "pages", file, pageSize: pages.pageSize, size: pages.size, pages });
  }

  private add(operations: Operations): void {
    const unsynced = this.whatIsUnsynced();
    if (unsynced) this.isNoteDue = true;
    this.last = this.append(operations, unsynced);
  }

  private whatIsUnsynced(): Unsynced | null {
    if (this.disk === null || this.unsynced.size === 0) return null;
    const logs: Record<string, LogPosition> = {};
    for (const [file, { position }] of this.unsynced) if (position) logs[file] = position;
    return { disk: this.disk.id, logs };
  }

  /** Before a log is removed by which a start could see that nothing was lost. */
  private noteSynced(): void {
    this.sync();
    if (!this.isNoteDue) return;
    // What is under way may say what is not synced, too.
    this.isNoteDue = this.last > this.lastConfirmed;
    this.disk?.noteSynced();
  }

  private require(file: string): void {
    if (!this.known.has(file)) throw new Error(`the log does not have ${file}`);
  }

  private forget(file: string): void {
    this.unsynced.delete(file);
    this.followed.get(file)?.forget();
    this.followed.delete(file);
  }

  private nameOf(path: string): string {
    return relative(this.folder, path).split(sep).join("/");
  }
}
