import { writeSync } from "node:fs";
import { basename } from "node:path";
import type {
  CloneJob,
  ControlOperation,
  CopyRequest,
  DatabaseWriter,
  EngineOptions,
  FileJournal,
  ImportJob,
  MaintenanceReport,
  Outcome,
  ResultOf,
  TransactionEnd,
  WriteName,
  WriteOperation,
} from "@heliosdb/engine";
import {
  type Disk,
  type DiskMark,
  Journal,
  openDiskMark,
  readDiskMark,
  rollForward,
  syncLogs,
  writeDiskMark,
} from "@heliosdb/journal";
import type { BranchInfo, CommitInfo, ExportRequest, ImportRequest, TransactionOperation } from "@heliosdb/port";
import type { DatabaseLog } from "./database-log.js";
import { checkFolder, type FoundFolder } from "./lost-folder.js";

/**
 * Time for which the disk may be behind, in ms, while rows are written. Nothing names a clone before it is finished, so
 * preparing one need not wait either.
 */
const BEHIND_MS = 250;
/** Said when a database is opened. */
const FOUND: Readonly<Record<FoundFolder, string | null>> = {
  whole: null,
  lost: "was lost",
  behind: "lacked something that was acknowledged, as after a power cut or damage to its files",
};

type OpenWriter = (options: EngineOptions, journal: FileJournal) => DatabaseWriter;

/**
 * A writer whose every call is passed on to its database's log. When it returns, it is not safe yet: `last` and
 * `confirmed` say what is. The log is brought up to the folder, and all of that is safe, before the folder is opened.
 */
export class JournaledWriter implements DatabaseWriter {
  readonly notes: readonly string[];
  readonly scnAtOpening: number;

  static open(open: OpenWriter, options: EngineOptions, log: DatabaseLog): JournaledWriter {
    const { directory } = options;
    try {
      const found = FOUND[checkFolder(directory, log)];
      const notes = found === null ? [] : [`the folder of ${basename(directory)} ${found}, and was made from its log`];
      // What a process that was killed has left may be newer than the disk.
      syncLogs(directory);
      const disk = new OpenDisk(directory, log);
      for (const operations of rollForward(directory, log.known)) log.append(operations);
      log.settle();
      const journal = new Journal(directory, (...entry) => log.append(...entry), log.known, disk);
      try {
        return new JournaledWriter(open(options, journal), journal, log, disk, notes);
      } catch (error) {
        journal.collect();
        settle(journal, log);
        throw error;
      }
    } catch (error) {
      log.leave();
      throw error;
    }
  }

  private constructor(
    private readonly writer: DatabaseWriter,
    private readonly journal: Journal,
    private readonly log: DatabaseLog,
    private readonly disk: OpenDisk,
    notes: readonly string[],
  ) {
    this.notes = [...notes, ...writer.notes];
    this.scnAtOpening = writer.scnAtOpening;
    journal.collect();
    log.onConfirmed = () => this.tidy();
  }

  /** The newest call that has changed something; 0 for none since the database was opened. */
  get last(): number {
    return this.log.last;
  }

  /** Everything up to this call is safe. */
  get confirmed(): number {
    return this.log.confirmed;
  }

  prepare(operation: WriteOperation | ControlOperation): CloneJob | null {
    return this.call(() => this.writer.prepare(operation), BEHIND_MS);
  }

  prepareCopy(request: CopyRequest): CloneJob | null {
    return this.call(() => this.writer.prepareCopy(request), BEHIND_MS);
  }

  prepareExport(request: ExportRequest): CloneJob {
    return this.call(() => this.writer.prepareExport(request), BEHIND_MS);
  }

  copied(job: CloneJob): void {
    this.call(() => this.writer.copied(job));
  }

  finish(job: CloneJob): void {
    this.call(() => this.writer.finish(job));
  }

  abort(job: CloneJob): void {
    this.call(() => this.writer.abort(job));
  }

  prepareImport(request: ImportRequest, path: string): ImportJob {
    return this.call(() => this.writer.prepareImport(request, path));
  }

  importBranch(job: ImportJob, request: ImportRequest): BranchInfo {
    return this.call(() => this.writer.importBranch(job, request));
  }

  write(operations: readonly WriteOperation[]): (Outcome<ResultOf<WriteName>> | null)[] {
    return this.call(() => this.writer.write(operations), BEHIND_MS);
  }

  outcome(operation: WriteOperation | ControlOperation): unknown {
    return this.call(() => this.writer.outcome(operation), BEHIND_MS);
  }

  control<O extends ControlOperation>(operation: O): ResultOf<O["op"]> {
    return this.call(() => this.writer.control(operation));
  }

  inTransaction<O extends TransactionOperation>(id: string, operation: O): ResultOf<O["op"]> {
    return this.call(() => this.writer.inTransaction(id, operation));
  }

  endTransaction(id: string, how: TransactionEnd): CommitInfo | null {
    return this.call(() => this.writer.endTransaction(id, how));
  }

  maintain(budgetMs: number): MaintenanceReport {
    return this.call(() => this.writer.maintain(budgetMs));
  }

  get openTransactions(): number {
    return this.writer.openTransactions;
  }

  takeGrown(): readonly string[] {
    return this.writer.takeGrown();
  }

  close(): void {
    this.log.onConfirmed = () => {};
    this.call(() => this.writer.close());
    settle(this.journal, this.log);
    if (this.journal.open > 0) throw new Error(`${this.journal.open} files are still open`);
    this.disk.close();
    this.log.leave();
  }

  /**
   * A failure may have changed files as well, and what its error tells may be one of these changes.
   * @param behindMs how long the disk may be behind before it; 0 for what must not be there without what came before
   */
  private call<T>(action: () => T, behindMs = 0): T {
    this.log.look();
    if (this.journal.behindMs > behindMs) this.journal.sync();
    this.tidy();
    try {
      return action();
    } finally {
      this.journal.collect();
    }
  }

  /** Closes files and moves logs whose content is safe. */
  private tidy(): void {
    this.journal.confirmed(this.log.confirmed);
    this.journal.settle();
  }
}

/** The disk under a folder that is open. */
class OpenDisk implements Disk {
  private readonly mark: DiskMark;

  /** The disk must have everything that the folder has. */
  constructor(
    private readonly directory: string,
    private readonly log: DatabaseLog,
  ) {
    this.mark = openDiskMark(directory, readDiskMark(directory), log.seq);
  }

  get id(): string {
    return this.mark.disk;
  }

  noteSynced(): void {
    writeDiskMark(this.directory, { ...this.mark, seq: this.log.seq });
  }

  /** Nobody may go on with what the disk has, neither now nor at the next start. */
  failed(error: unknown): never {
    const reason = error instanceof Error ? error.message : String(error);
    writeSync(2, `The disk has not kept what was written to ${this.directory}, so this writer ends: ${reason}\n`);
    try {
      writeDiskMark(this.directory, { ...this.mark, hasFailed: true });
    } finally {
      process.kill(process.pid, "SIGKILL");
    }
    throw error;
  }

  /** The disk has everything, and nobody has the folder open any more. */
  close(): void {
    writeDiskMark(this.directory, { ...this.mark, seq: this.log.seq, isOpen: false });
  }
}

/** Waits until everything is safe, and closes what is to be closed. */
function settle(journal: Journal, log: DatabaseLog): void {
  log.settle();
  journal.confirmed(log.confirmed);
  journal.settle();
}
