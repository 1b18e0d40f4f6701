import {
  type BranchInfo,
  type CallOf,
  CHANGE_OPERATIONS,
  type CommitInfo,
  type ExportRequest,
  type ImportRequest,
  type JsonRowForm,
  type NamesOfKind,
  type NoRequest,
  OPERATIONS,
  type Repeatable,
  type ResultIn,
  type Retention,
  read,
  type StreamEnd,
  type StreamHead,
  type StreamRequest,
  type TransactionOperation,
  type WireError,
  whole,
} from "@heliosdb/port";
/** How to open a database. Plain data, so that it can be sent to another process. */
export interface EngineOptions {
  /** The folder of one database: meta.db, branches/, copies/. */
  readonly directory: string;
  /** Added to the wall clock to give the engine's time, in milliseconds. Default 0. */
  readonly clockOffsetMs?: number;
  /**
   * How long history is kept if the database has no setting of its own. Default: 30 days, any size, 7 days for deleted
   * branches.
   */
  readonly retention?: Retention;
  /**
   * For a reader of short reads, in a process that has others to serve: its connections never wait for a lock, and are
   * fewer and smaller. Default false.
   */
  readonly forShortReads?: boolean;
  /** Maximum bytes of values in one result, RETURNING included. Default 32 MiB. Streams are not limited by it. */
  readonly maxAnswerBytes?: number;
}

/** Opens a transaction for writing, which then has its branch to itself. */
export interface OpenTransactionRequest extends Repeatable {
  readonly branch: string;
  /** Names the transaction, in the whole database and for ever. */
  readonly id: string;
  /** The SCN that the branch must be at. */
  readonly expectedScn?: number;
  /** Default true. Otherwise they are checked at the commit only. */
  readonly foreignKeys?: boolean;
}

/** The state with which a transaction began. */
export type OpenedTransaction = Pick<CommitInfo, "scn" | "timestamp">;

/** How a transaction ends. */
export type TransactionEnd =
  | { readonly end: "roll back" }
  | { readonly end: "commit"; readonly author: string; readonly message: string | null };

/** All operations of the engine: on a database, on its changes, and those for operators. */
export const ENGINE_OPERATIONS = {
  ...OPERATIONS,
  ...CHANGE_OPERATIONS,
  usage: read<NoRequest, DatabaseUsage>({ branches: () => [], tables: "open" }),
  weigh: read<WeighRequest, Weighed>({ branches: ({ branch }) => [branch], tables: "open" }),
  openTransaction: whole<OpenTransactionRequest, OpenedTransaction>({
    branches: ({ branch }) => [branch],
    tables: { mayNot: "use transactions" },
  }),
};
export type EngineOperations = typeof ENGINE_OPERATIONS;

export type ReadName = NamesOfKind<EngineOperations, "read">;
export type WriteName = NamesOfKind<EngineOperations, "write">;
export type WholeName = NamesOfKind<EngineOperations, "whole">;
export type RecordName = NamesOfKind<EngineOperations, "record">;

/** Operations that only read. The engine enforces no deadlines: whoever runs it ends the process. */
export type ReadOperation = CallOf<EngineOperations, ReadName>;

/** Reads that may be short: of a branch as it is now. */
export type ShortRead = CallOf<EngineOperations, "query" | "queryJson">;

/** What is known of a query on a branch as it is now. */
export interface Weighed {
  /** The branch file and the version of its schema for which this holds. */
  readonly file: string;
  readonly schema: number;
  /** It ends soon, whatever its parameters are. */
  readonly isShort: boolean;
  /** The tables that it reads, if it is short: they have no long row. */
  readonly tables: readonly string[];
  readonly tookMs: number;
}

/** A query of a branch as it is now, to be weighed. */
export interface WeighRequest {
  readonly branch: string;
  readonly sql: string;
  /** Tables that had no long row in this file, with this schema, and have been written to in small commits only. */
  readonly known: Pick<Weighed, "file" | "schema" | "tables"> | null;
}

/** Writes to the rows or the schema of one branch. Several of them can be committed with one fsync. */
export type WriteOperation = CallOf<EngineOperations, WriteName>;

/** Commits that concern a branch as a whole; each runs alone. */
export type WholeOperation = CallOf<EngineOperations, WholeName>;

/**
 * Changes to the list of branches and to the settings and snapshots in the record. They run alone and touch no branch
 * file.
 */
export type RecordOperation = CallOf<EngineOperations, RecordName>;

/** Operations that run alone. */
export type ControlOperation = WholeOperation | RecordOperation;

export type ResultOf<O extends keyof EngineOperations> = ResultIn<EngineOperations, O>;

/** Facts about a whole database, for operators. */
export interface DatabaseUsage {
  /** Branches that are not deleted. */
  readonly branches: number;
  /** Time of the oldest commit at which main can still be read, in microseconds since 1970. */
  readonly oldest: number;
}

export type Outcome<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: WireError };

/**
 * A file to be cloned, as plain data. A helper process calls `copyFiles` and then `finishFile` with it, since the
 * process that has the source open must not touch that file other than through SQLite.
 */
export interface CloneJob {
  readonly id: number;
  /** The branch file to copy, with its write-ahead log. */
  readonly source: string;
  /** Whether the write-ahead log has anything that is not in the file yet and must be copied with it. */
  readonly withLog: boolean;
  /** A temporary name beside the future file. */
  readonly target: string;
  /** The SCN to which the clone is rewound. */
  readonly scn: number;
  /** Id of the branch whose file is copied. It can't be written between `prepare` and `copied`. */
  readonly locks: string;
  /**
   * `materialise`: the file of a timeline that is written for the first time. `copy`: a rewound copy to read from.
   * `snapshot`: a state that is kept after its history was removed. `export`: a plain SQLite file for a user.
   */
  readonly purpose: "materialise" | "copy" | "snapshot" | "export";
  /** Id of a materialised timeline, which its commits carry; null for other purposes. */
  readonly timeline: string | null;
  /** Finishing keeps the log of its writes, beside the target, for the journal. */
  readonly keepsLog: boolean;
}

/** A user's SQLite file that is to become a branch. `adoptFile` converts it in place. */
export interface ImportJob {
  readonly path: string;
  readonly timeline: string;
  /** Id of the database. */
  readonly database: string;
  /**
   * The commit from which the branch forks: the first one of the database, unless the file was made from another state.
   */
  readonly origin: { readonly timeline: string; readonly scn: number; readonly timestamp: number };
  /**
   * A clone of the state that the file was made from, to which the changes are applied; null if the file itself becomes
   * the branch.
   */
  readonly base: CloneJob | null;
  /** SCN of the commit that brings the file's contents. */
  readonly scn: number;
  readonly timestamp: number;
  readonly author: string;
  readonly message: string | null;
}

/** The result of one turn of maintenance. */
export interface MaintenanceReport {
  /** More work is waiting: call again soon. */
  readonly more: boolean;
  /** A state that needs a file before its history can be removed, or null. Run it as a clone, then call again. */
  readonly job: CloneJob | null;
  /** Milliseconds until the next branch expires, or null. */
  readonly nextExpiryMs: number | null;
  readonly expired: number;
  readonly purged: number;
  readonly pruned: number;
}

/** Thrown by a reader if a past state can only be read from a rewound copy that does not exist yet. */
export interface CopyRequest {
  /** Id of the branch file that has the history. */
  readonly file: string;
  readonly scn: number;
}

/** Any number of these can be open on one database, each in its own process. */
export interface DatabaseReader {
  /** Throws HeliosError, or CopyNeeded: then let the writer make the copy, and call again. */
  read<O extends ReadOperation>(operation: O): ResultOf<O["op"]>;
  /**
   * Begins a query whose rows are read part by part, and reads the first part. Throws as `read` does. The reader
   * accepts no other operation until the rows are closed.
   */
  stream(request: StreamRequest, form: LineForm): RowSource;
  /**
   * Reads as `read` does if what was weighed still holds: the branch is at its head in that file, with that schema. Null
   * if it doesn't. Throws whatever `read` may throw.
   */
  readShort(operation: ShortRead, weighed: Weighed): ResultOf<ShortRead["op"]> | null;
  /** From here to `unpin`, reads may all see the state that the first of them saw, and cost less. */
  pin(): void;
  unpin(): void;
  close(): void;
}

/** The format of a row in its line: exact JSON (a list), or JSON for a user. */
export type LineForm = "exact" | JsonRowForm;

/** The rows of a query as whole lines of text, a few hundred kilobytes at a time. */
export interface RowSource {
  readonly head: StreamHead;
  /** The next part, or null after the last. The first call gives the rows that were read to find the types. */
  next(): string | null;
  /** Number of rows given so far. */
  readonly end: StreamEnd;
  close(): void;
}

/**
 * The one writer of a database. Its methods are synchronous, and durable when they return. With a journal that defers it,
 * the disk may not have yet what `write` has committed.
 *
 * Before `write` or `control`, call `prepare`: if a branch is about to be written for the first time, it returns a
 * CloneJob and takes the source's write lock. Then call copyFiles(job) in the helper, `copied(job)`, finishFile(job) in
 * the helper, and `finish(job)`; or `abort(job)` at any step. Between `copied` and `finish`, other branches may be
 * written. Without `prepare`, the writer clones by itself with a short-lived child process.
 */
export interface DatabaseWriter {
  /** Problems found when the database was opened, with the remedies taken, for operators. */
  readonly notes: readonly string[];
  /** Commits that were there when the database was opened have no higher SCN, and all later ones have. */
  readonly scnAtOpening: number;

  prepare(operation: WriteOperation | ControlOperation): CloneJob | null;
  /** The same for a rewound copy; null if the copy already exists. */
  prepareCopy(request: CopyRequest): CloneJob | null;
  /** The same for a file to download. It is at the job's target after finishFile. */
  prepareExport(request: ExportRequest): CloneJob;
  copied(job: CloneJob): void;
  finish(job: CloneJob): void;
  abort(job: CloneJob): void;

  /**
   * Plans the import of the file at a path. Then call `adoptFile` in the helper, and `importBranch`. Nothing is
   * recorded before that.
   */
  prepareImport(request: ImportRequest, path: string): ImportJob;
  importBranch(job: ImportJob, request: ImportRequest): BranchInfo;

  /**
   * Runs operations that all name the same branch, in order, each atomic with its own SCN, and commits them together.
   * Returns one outcome for each, in order; null for one that was not run because the results of the others are too
   * large: pass it to the next call. An operation that can't share a transaction (DDL) gets its own.
   */
  write(operations: readonly WriteOperation[]): (Outcome<ResultOf<WriteName>> | null)[];
  /**
   * The outcome of an operation by its request id: its result, or null if nothing was committed under that id, or the
   * id has been forgotten.
   */
  outcome(operation: WriteOperation | ControlOperation): unknown;
  control<O extends ControlOperation>(operation: O): ResultOf<O["op"]>;

  /**
   * Runs one operation in a transaction that `openTransaction` has opened. Throws TRANSACTION_LOST if there is none, and
   * TRANSACTION_ABORTED if SQLite has ended it.
   */
  inTransaction<O extends TransactionOperation>(id: string, operation: O): ResultOf<O["op"]>;
  /** Ends a transaction. Null if it was rolled back. If a commit throws, it was rolled back. */
  endTransaction(id: string, end: TransactionEnd): CommitInfo | null;
  /** Number of open transactions. While there are any, other methods may throw BranchBusy. */
  readonly openTransactions: number;

  /**
   * Ids of branch files to which so large a commit was written since the last call that they may have rows that are
   * longer than those of a short read.
   */
  takeGrown(): readonly string[];

  /** Deletes expired branches, unreachable files and old history, for about `budgetMs`. */
  maintain(budgetMs: number): MaintenanceReport;

  /** Also checkpoints. It may be skipped: ending by SIGKILL loses nothing that was acknowledged. */
  close(): void;
}
