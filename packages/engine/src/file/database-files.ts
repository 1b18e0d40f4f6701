import { constants, copyFileSync, renameSync, rmSync, statSync } from "node:fs";
import type { FileJournal } from "../api/file-journal.js";
import { failpoint } from "../util/failpoint.js";
import { type Connection, createForWriting, openForWriting } from "./connection.js";

/** What SQLite keeps beside a file, and the log that the finishing of a clone leaves for the journal. */
const BESIDE = ["-wal", "-shm", "-journal", "-pages"] as const;

/**
 * The one place in which the writer opens and closes a database's files for writing, moves their logs, and copies,
 * renames and removes them. If the database has a journal, it is told of everything.
 */
export class DatabaseFiles {
  constructor(private readonly journal: FileJournal | null = null) {}

  get isJournaled(): boolean {
    return this.journal !== null;
  }

  /** Whether a commit may be acknowledged that the disk doesn't have yet. */
  get defersSync(): boolean {
    return this.journal?.defersSync ?? false;
  }

  /** Opens an existing file, of which this process is the only writer. Close it with `close`. */
  open(path: string): Connection {
    return this.journal ? this.followed(this.journal, path, openForWriting) : openForWriting(path);
  }

  /** The same for a file that is created if it is missing. */
  create(path: string): Connection {
    if (!this.journal) return createForWriting(path);
    if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) this.journal.made(path, new Uint8Array(0));
    return this.followed(this.journal, path, createForWriting);
  }

  private followed(journal: FileJournal, path: string, open: typeof openForWriting): Connection {
    const db = open(path, "journal");
    journal.opened(path, db);
    return db;
  }

  /** A closed connection may be given again. */
  close(db: Connection): void {
    if (this.journal) this.journal.close(db);
    else db.close();
  }

  /** Closes a small file that was made here with `createForWriting`. */
  closeMade(path: string, db: Connection): void {
    this.journal?.made(path, db.serialize());
    db.close();
  }

  /** Moves a file's log into it, as far as readers and the journal let it. Returns whether the file has all of it now. */
  moveLog(path: string, db: Connection): boolean {
    if (this.journal && !this.journal.mayCheckpoint(path)) return false;
    const [result] = db.pragma("wal_checkpoint(PASSIVE)") as { busy: number; log: number; checkpointed: number }[];
    return result !== undefined && result.busy === 0 && result.log === result.checkpointed;
  }

  /** A helper process, or this one, is about to copy the file, and nobody writes to it meanwhile. */
  copying(source: string, target: string): void {
    this.journal?.copied(source, target);
  }

  copy(source: string, target: string): void {
    copyFileSync(source, target, constants.COPYFILE_FICLONE);
    this.copying(source, target);
  }

  /** A copy was changed and closed, and kept its log (`keepLog`). */
  finished(path: string): void {
    if (!this.journal) return;
    const pages = pagesOf(path);
    this.journal.finished(path, pages);
    rmSync(pages, { force: true });
  }

  /** Gives a file that came from elsewhere its name. */
  adopt(source: string, path: string): void {
    this.journal?.adopted(source, path);
    renameSync(source, path);
  }

  rename(from: string, to: string): void {
    renameSync(from, to);
    this.journal?.renamed(from, to);
  }

  remove(path: string): void {
    for (const suffix of ["", ...BESIDE]) {
      rmSync(path + suffix, { force: true });
      failpoint("discard.half");
    }
    this.journal?.removed(path);
  }
}

/**
 * Keeps a file's log for the journal, before the log is moved into the file for the last time. Call it in whichever
 * process has changed the file, with nothing left to write.
 */
export function keepLog(path: string): void {
  if (statSync(`${path}-wal`, { throwIfNoEntry: false })) {
    copyFileSync(`${path}-wal`, pagesOf(path), constants.COPYFILE_FICLONE);
  }
}

function pagesOf(path: string): string {
  return `${path}-pages`;
}
