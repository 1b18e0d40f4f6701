import { type CommitInfo, HeliosError, type StatementResult, type TransactionOperation } from "@heliosdb/port";
import type { OpenTransactionRequest, ResultOf, WriteOperation } from "../api/api.js";
import { toHeliosError } from "../file/sqlite-error.js";
import type { Allocator } from "../meta/allocator.js";
import type { Commit } from "../meta/commits.js";
import type { Epoch } from "../schema/model.js";
import { failpoint } from "../util/failpoint.js";
import { ResultSize } from "../values/result-size.js";
import type { BranchFile } from "../write/branch-file.js";
import { finishChanges } from "../write/commit-changes.js";
import { continueTables } from "../write/continued-tables.js";
import { checkBatch } from "../write/foreign-key-check.js";
import { noLastWrite } from "../write/last-write.js";
import { planWrite } from "../write/operations.js";
import { renumber } from "./renumber.js";
import { parseSavepoint, SavepointStack, type SavepointStatement } from "./savepoints.js";
import { TransactionReads } from "./transaction-reads.js";

/** Lines of a commit's history that name its statements; the others are counted. */
export const MOST_LINES = 100;

/** What goes back with a savepoint, besides what SQLite itself takes back. */
interface Facts {
  readonly isChanged: boolean;
  readonly lines: number;
}

/** The commit's own fields, which its caller gives when it ends. */
export interface CommitAs {
  readonly author: string;
  readonly message: string | null;
}

/**
 * A write transaction that stays open between requests, on the writer's connection to its branch file. Nothing else may
 * use that connection until it has ended.
 */
export class OpenTransaction {
  private readonly before: Epoch;
  private readonly base: Commit;
  /** The SCN under which it logs; the commit may get a newer one. */
  private readonly scn: number;
  private readonly touched = new Set<string>();
  private readonly savepoints = new SavepointStack<Facts>();
  private readonly reads: TransactionReads;
  private readonly last = noLastWrite();
  private lines: string[] = [];
  private isChanged = false;
  /** SQLite's transaction is over: why, as the first request to notice it was told. */
  private aborted: HeliosError | null = null;

  /** Throws EXTERNAL_CHANGE, or TRANSACTION_CONFLICT if the branch is not at the SCN that was asked for. */
  constructor(
    readonly file: BranchFile,
    private readonly allocator: Allocator,
    readonly request: OpenTransactionRequest,
  ) {
    const { expectedScn } = request;
    if (expectedScn !== undefined && file.head.scn !== expectedScn) {
      throw new HeliosError(
        "TRANSACTION_CONFLICT",
        `The branch has moved to SCN ${file.head.scn} since the transaction read it at SCN ${expectedScn}. Roll back, and begin again.`,
        { scn: file.head.scn },
      );
    }
    // Inside a transaction SQLite ignores the setting.
    file.setForeignKeys(request.foreignKeys === false ? "off" : "at once");
    try {
      file.begin();
    } catch (error) {
      file.setForeignKeys("at once");
      throw error;
    }
    this.before = file.epoch;
    this.base = file.head;
    this.scn = allocator.scn();
    file.capture.begin(this.scn);
    this.reads = new TransactionReads(file, this.base, this.last);
  }

  get isAborted(): boolean {
    return this.aborted !== null;
  }

  /** The state with which it began. */
  get began(): Pick<CommitInfo, "scn" | "timestamp"> {
    return { scn: this.base.scn, timestamp: this.base.ts };
  }

  /** Runs one operation, completely or not at all. Throws TRANSACTION_ABORTED if it ended the transaction. */
  run<O extends TransactionOperation>(operation: O): ResultOf<O["op"]> {
    if (this.aborted) throw this.aborted;
    try {
      return this.dispatch(operation) as ResultOf<O["op"]>;
    } catch (error) {
      throw this.aborted ?? toHeliosError(error);
    }
  }

  private dispatch(operation: TransactionOperation): unknown {
    switch (operation.op) {
      case "describe":
      case "query":
      case "queryJson":
      case "readTable":
      case "readTableJson":
        return this.reads.run(operation);
      case "execute": {
        const { statements } = operation.request;
        const savepoint = statements.length === 1 ? parseSavepoint(statements[0]!.sql) : null;
        if (savepoint) return this.withState(this.runSavepoint(savepoint));
        return this.withState(this.write(operation));
      }
      default:
        return this.withState(this.write(operation));
    }
  }

  private write(operation: WriteOperation): object {
    const { file } = this;
    const { db } = file;
    const [epoch, changes] = [file.epoch, file.totalChanges()];
    const lines: string[] = [];
    const touched = new Set(this.touched);
    const last = { ...this.last };
    db.exec("SAVEPOINT _helios_member");
    try {
      const plan = planWrite(file, operation, last);
      if (plan.foreignKeys === "off" && file.foreignKeys !== "off") throw foreignKeysOff();
      if (plan.foreignKeys === "deferred") db.pragma("defer_foreign_keys = ON");
      // A table that is dropped now was perhaps written before: its changes are counted while it is there.
      for (const uid of this.touched) plan.touched.add(uid);
      const own = new ResultSize(file.maxAnswerBytes).count(() => plan.run(this.scn, lines));
      for (const uid of plan.touched) touched.add(uid);
      if (!db.inTransaction) throw new HeliosError("TRANSACTION_ABORTED", "the statement rolled the transaction back");
      db.exec("RELEASE _helios_member");
      for (const uid of touched) this.touched.add(uid);
      Object.assign(this.last, last);
      this.isChanged ||= file.totalChanges() !== changes || file.epoch !== epoch;
      this.lines.push(...lines);
      return own;
    } catch (error) {
      if (!db.inTransaction) this.abort(error);
      else {
        db.exec("ROLLBACK TO _helios_member");
        db.exec("RELEASE _helios_member");
        this.readAgain(file.epoch !== epoch);
      }
      throw error;
    }
  }

  private runSavepoint({ verb, name }: SavepointStatement): object {
    const { db } = this.file;
    const sql = `"${name.replaceAll('"', '""')}"`;
    switch (verb) {
      case "SAVEPOINT":
        db.exec(`SAVEPOINT ${sql}`);
        this.savepoints.push(name, { isChanged: this.isChanged, lines: this.lines.length });
        break;
      case "RELEASE":
        this.savepoints.release(name);
        db.exec(`RELEASE ${sql}`);
        break;
      case "ROLLBACK TO": {
        const { isChanged, lines } = this.savepoints.rollBackTo(name);
        db.exec(`ROLLBACK TO ${sql}`);
        this.isChanged = isChanged;
        this.lines.length = lines;
        this.readAgain(true);
      }
    }
    const result: StatementResult = { statementType: verb.replace(" TO", ""), affectedRows: 0, lastInsertId: null };
    return { results: [result] };
  }

  /** After a rollback to a savepoint, which takes the capture's triggers and perhaps the schema with it. */
  private readAgain(schema: boolean): void {
    this.file.capture.reset();
    if (schema) this.file.reload();
  }

  private withState(own: object): object {
    const { scn, timestamp } = this.began;
    return { ...own, scn, timestamp, changed: this.isChanged };
  }

  /** SQLite itself has ended the transaction. */
  private abort(error: unknown): void {
    const { code, message } = toHeliosError(error);
    const why = code === "TRANSACTION_ABORTED" ? message : `the statement failed and rolled it back: ${message}`;
    this.aborted = new HeliosError(
      "TRANSACTION_ABORTED",
      `The transaction was rolled back, and nothing of it was written: ${why}. Begin a new one.`,
      { cause: code },
    );
    this.allocator.unused(this.scn);
    this.file.setForeignKeys("at once");
    this.file.recover();
  }

  /** Commits durably. If it throws, the transaction has been rolled back. Without a change, there is no new commit. */
  commit({ author, message }: CommitAs): CommitInfo {
    if (this.aborted) throw this.aborted;
    const { file, allocator } = this;
    if (!this.isChanged) {
      this.rollBack();
      return { ...this.began, changed: false };
    }
    const scn = allocator.isNewest(this.scn) ? this.scn : allocator.scn();
    try {
      if (scn !== this.scn) renumber(file, this.scn, scn, this.touched);
      const isDdl = file.epoch.scn !== this.before.scn;
      if (isDdl) continueTables(file, scn, this.before, this.touched);
      if (file.foreignKeys === "off") checkBatch(file, this.before, this.touched);
      const tables = finishChanges(file, scn, this.before, this.touched);
      const ts = allocator.time();
      const commit: Commit = { scn, ts, branch: file.internal, kind: isDdl ? "ddl" : "write" };
      file.commits.add({ ...commit, author, message, statements: this.shownLines(), tables });
      const result: CommitInfo = { scn, timestamp: ts, changed: true };
      const stored = file.requests.store({ requestId: this.request.id }, scn, result);
      failpoint("transaction.before-commit");
      file.commit();
      failpoint("transaction.committed");
      file.setForeignKeys("at once");
      file.head = commit;
      file.requests.remember(stored);
      return result;
    } catch (error) {
      if (scn !== this.scn) allocator.unused(scn);
      this.rollBack();
      throw toHeliosError(error);
    }
  }

  private shownLines(): readonly string[] {
    const left = this.lines.length - MOST_LINES;
    return left <= 0 ? this.lines : [...this.lines.slice(0, MOST_LINES), `and ${left} more statements`];
  }

  /** May be called after it has ended by itself. */
  rollBack(): void {
    const { file } = this;
    if (this.aborted) return;
    if (file.db.inTransaction) file.db.exec("ROLLBACK");
    this.allocator.unused(this.scn);
    file.setForeignKeys("at once");
    file.recover();
    this.aborted = new HeliosError("TRANSACTION_NOT_FOUND", "The transaction has ended.");
  }
}

function foreignKeysOff(): HeliosError {
  return new HeliosError(
    "SQL_NOT_ALLOWED",
    "Foreign keys can't be switched off inside a transaction. Use PRAGMA defer_foreign_keys = ON in the batch, or send the batch outside the transaction.",
  );
}
