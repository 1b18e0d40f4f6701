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
import { Journal, rollForward } from "@heliosdb/journal";
import type { BranchInfo, CommitInfo, ExportRequest, ImportRequest, TransactionOperation } from "@heliosdb/port";
import type { DatabaseLog } from "./database-log.js";
import { checkFolder } from "./lost-folder.js";

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
      const isMade = checkFolder(directory, log);
      for (const operations of rollForward(directory, log.known)) log.append(operations);
      log.settle();
      const journal = new Journal(directory, (operations) => log.append(operations), log.known);
      const notes = isMade ? [`the folder of ${basename(directory)} was lost, and was made from its log`] : [];
      try {
        return new JournaledWriter(open(options, journal), journal, log, notes);
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
    return this.call(() => this.writer.prepare(operation));
  }

  prepareCopy(request: CopyRequest): CloneJob | null {
    return this.call(() => this.writer.prepareCopy(request));
  }

  prepareExport(request: ExportRequest): CloneJob {
    return this.call(() => this.writer.prepareExport(request));
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
    return this.call(() => this.writer.write(operations));
  }

  outcome(operation: WriteOperation | ControlOperation): unknown {
    return this.call(() => this.writer.outcome(operation));
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
    this.log.leave();
  }

  /** A failure may have changed files as well, and what its error tells may be one of these changes. */
  private call<T>(action: () => T): T {
    this.log.look();
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

/** Waits until everything is safe, and closes what is to be closed. */
function settle(journal: Journal, log: DatabaseLog): void {
  log.settle();
  journal.confirmed(log.confirmed);
  journal.settle();
}
