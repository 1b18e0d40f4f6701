import type {
  BranchInfo,
  BranchRef,
  ExportRequest,
  ImportRequest,
  Retention,
  StreamEnd,
  StreamHead,
  StreamRequest,
} from "@heliosdb/port";
import type { CloneJob, CopyRequest, ImportJob, MaintenanceReport } from "./jobs.js";
import type {
  ControlOperation,
  ControlResults,
  Outcome,
  ReadOperation,
  ReadResults,
  WriteOperation,
  WriteResults,
} from "./operations.js";

/** How to open a database. Plain data, so that it can cross to another process. */
export interface EngineOptions {
  /** The folder of one database: meta.db, branches/, copies/. */
  readonly directory: string;
  /** Added to the wall clock to give the engine's time, in milliseconds. Default 0. */
  readonly clockOffsetMs?: number;
  /** How long the past is kept where nothing was set for the database; default: 30 days, any size, 7 days. */
  readonly retention?: Retention;
  /** Most bytes of values in one answer, RETURNING included; default 32 MiB. Streams are not bounded by it. */
  readonly maxAnswerBytes?: number;
}

/** Any number of these may be open on one database, each in a process of its own. */
export interface DatabaseReader {
  /** Throws HeliosError, or CopyNeeded: then have the writer make the copy and call again. */
  read<O extends ReadOperation>(operation: O): ReadResults[O["op"]];
  /**
   * Begins a query whose rows are read part by part, and reads the first part. Throws as `read` does. Nothing else may
   * be asked of the reader until the rows are closed.
   */
  stream(request: StreamRequest): RowSource;
  /** From here to `unpin`, reads may see the database as it stood at the first of them, and cost less. */
  pin(): void;
  unpin(): void;
  close(): void;
}

/** The rows of a query, as JSON text: whole lines, a few hundred kilobytes at a time. */
export interface RowSource {
  readonly head: StreamHead;
  /** The next lines, or null after the last; the first call gives what was read to know the types. */
  next(): string | null;
  /** What has been given so far. */
  readonly end: StreamEnd;
  close(): void;
}

/**
 * The one writer of a database. Its methods are synchronous and durable when they return.
 *
 * Before `write` or `control`, ask `prepare`: where a branch is about to be written for the first time it returns a
 * CloneJob and holds the source's write lock. Then: copyFiles(job) in the helper, `copied(job)`, finishFile(job) in the
 * helper, `finish(job)`; or `abort(job)` at any step. Between `copied` and `finish` other branches may be written.
 * Without `prepare`, the writer clones by itself with a short-lived child process.
 */
export interface DatabaseWriter {
  /** What the opening found out of place, and what was done about it; for an operator to read. */
  readonly notes: readonly string[];

  prepare(operation: WriteOperation | ControlOperation): CloneJob | null;
  /** The same for a rewound copy; null when the copy exists already. */
  prepareCopy(request: CopyRequest): CloneJob | null;
  /** The same for a file to hand out; it lies at the job's target after finishFile. */
  prepareExport(request: ExportRequest): CloneJob;
  copied(job: CloneJob): void;
  finish(job: CloneJob): void;
  abort(job: CloneJob): void;

  /** Says what a file is to become; then `adoptFile` in the helper, and `importBranch`. Nothing is recorded before that. */
  prepareImport(request: ImportRequest): ImportJob;
  importBranch(job: ImportJob, request: ImportRequest): BranchInfo;

  /**
   * Runs operations that all name the same branch, in order, each all or nothing with an SCN of its own, and commits
   * them together. One outcome for each, in order; null for one that was not run, since the others answer so much: it
   * belongs to the next call. What can't share a transaction (DDL) is given one of its own.
   */
  write(operations: readonly WriteOperation[]): (Outcome<WriteResults[WriteOperation["op"]]> | null)[];
  /**
   * What became of a request, or null where nothing was committed under its id (or it is long forgotten). `branch` is
   * the one that it wrote to, null for a RecordOperation.
   */
  outcome(branch: BranchRef | null, requestId: string): unknown;
  control<O extends ControlOperation>(operation: O): ControlResults[O["op"]];

  /** Deletes what has expired, clears away what nobody can reach, removes old history; for about `budgetMs`. */
  maintain(budgetMs: number): MaintenanceReport;

  /** Also checkpoints. Safe to skip: an end by SIGKILL loses nothing acknowledged. */
  close(): void;
}
