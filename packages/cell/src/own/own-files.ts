import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Journal, KnownFiles, LogEnd, type Operations, rollForwardFiles } from "@heliosdb/journal";
import { type Connections, type Entry, Stream } from "@heliosdb/store";
import { CATALOG, ownFolderId, SECRETS } from "./own-folder.js";

/** Name of the log of what is no database's. No database can have a name with a dot. */
export const OWN_STREAM = ".cell";

/** What SQLite has made of a new file before its first commit, which is in the log as a whole. */
const EMPTY = new Uint8Array();

/** An entry has become safe, `ms` after it was first sent. */
type OnAppended = (bytes: number, ms: number) => void;

interface Waiting {
  readonly entry: Entry;
  readonly bytes: number;
  /** When it was made, by a monotonic clock in ms. */
  readonly at: number;
}

/** A connection that writes the catalog, as better-sqlite3 has it. */
export type CatalogConnection = Parameters<Journal["opened"]>[1];

/**
 * The log of the active node's own files: its catalog and its secrets. The process that has the catalog open adds to it,
 * and nobody may be told of a change before that is there.
 */
export class OwnFiles {
  private readonly end: LogEnd;
  private readonly known: KnownFiles;
  private readonly journal: Journal;
  /** Not sent yet. */
  private waiting: Waiting[] = [];
  /** Not safe yet, in order. */
  private readonly underWay: Waiting[] = [];
  private added = 0;
  private working: Promise<void> = Promise.resolve();

  /**
   * Takes the log, and brings it up to the files in the data folder. They may be opened then. Rejects with Fenced if another
   * node serves the cell.
   * @param writer id of this process, as a UUID
   */
  static async open(
    connections: Connections,
    { cell, epoch, writer }: { readonly cell: string; readonly epoch: number; readonly writer: string },
    dataDir: string,
    onAppended: OnAppended = () => {},
  ): Promise<OwnFiles> {
    const folder = ownFolderId(dataDir);
    const stream = await Stream.take(connections, { cell, name: OWN_STREAM, epoch, writer }, folder);
    if (stream.folder !== folder) {
      throw new Error(`the catalog in ${dataDir} is not the one whose log it would go on with`);
    }
    if (stream.known.includes(CATALOG) && !existsSync(join(dataDir, CATALOG))) {
      throw new Error(`${join(dataDir, CATALOG)} is missing, and the cell has one`);
    }
    const files = new OwnFiles(stream, dataDir, onAppended);
    await files.settle();
    return files;
  }

  private constructor(
    private readonly stream: Stream,
    private readonly dataDir: string,
    private readonly onAppended: OnAppended,
  ) {
    this.end = new LogEnd(stream.seq, stream.digest);
    this.known = new KnownFiles(stream.known);
    for (const operations of rollForwardFiles(dataDir, [CATALOG, ...SECRETS], this.known.files)) this.add(operations);
    // It has what was just brought up.
    this.journal = new Journal(dataDir, (operations) => this.add(operations), [...this.known.files]);
    // Whoever runs the server may have replaced one.
    this.addSecrets();
  }

  /** From now on this connection writes the catalog. SQLite must not move its log by itself (`wal_autocheckpoint = 0`). */
  opened(connection: CatalogConnection): void {
    const path = join(this.dataDir, CATALOG);
    if (!this.journal.known.has(CATALOG)) this.journal.made(path, EMPTY);
    this.journal.opened(path, connection);
  }

  /** Adds the secrets, which are made after the catalog was opened. */
  addSecrets(): void {
    for (const name of SECRETS) {
      const path = join(this.dataDir, name);
      if (existsSync(path)) this.journal.made(path, readFileSync(path));
    }
    this.journal.collect();
  }

  /** Resolves when everything that was committed is safe. Rejects with Fenced if that can't be: then this process must end. */
  settle(): Promise<void> {
    this.journal.collect();
    const { waiting: entries } = this;
    if (entries.length === 0) return this.working;
    this.waiting = [];
    this.underWay.push(...entries);
    const number = this.added;
    this.working = this.working.then(async () => {
      for (const { entry, bytes } of entries) {
        const began = performance.now();
        await this.stream.append(entry);
        this.underWay.shift();
        this.onAppended(bytes, performance.now() - began);
      }
      this.journal.confirmed(number);
      this.journal.settle();
    });
    return this.working;
  }

  /** Bytes of entries that are not safe yet. */
  get waitingBytes(): number {
    return this.underWay.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** For how long the oldest of them has been waiting, in ms; 0 where there is none. */
  get waitingMs(): number {
    const [oldest] = this.underWay;
    return oldest === undefined ? 0 : performance.now() - oldest.at;
  }

  /** Closes the catalog's connection, once everything is safe. */
  async close(connection: CatalogConnection): Promise<void> {
    await this.settle();
    this.journal.close(connection);
    this.journal.settle();
    this.stream.close();
  }

  private add(operations: Operations): number {
    const parts = [...this.end.next(operations)].map((part) => new Uint8Array(part));
    const entry = { parts, digest: this.end.digest, ...this.known.apply(operations) };
    const bytes = parts.reduce((sum, { byteLength }) => sum + byteLength, 0);
    this.waiting.push({ entry, bytes, at: performance.now() });
    return ++this.added;
  }
}
