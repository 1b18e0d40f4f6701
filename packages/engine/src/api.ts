import type {
  BranchInfo,
  BranchRef,
  ChangeRowsResult,
  CreateBranch,
  DeleteRowsRequest,
  ExecuteRequest,
  ExecuteResult,
  InsertRowsRequest,
  InsertRowsResult,
  MergeRequest,
  MergeResult,
  PointInTime,
  QueryRequest,
  QueryResult,
  ReadTableRequest,
  ReadTableResult,
  ResolvedPoint,
  ResolveRequest,
  TableInfo,
  UpdateRowsRequest,
  WireError,
} from "@heliosdb/port";

/** How to open a database. Plain data, so that it can cross to another process. */
export interface EngineOptions {
  /** The folder of one database: meta.db, branches/, copies/. */
  readonly directory: string;
  /** Added to the wall clock to give the engine's time, in milliseconds. Default 0. */
  readonly clockOffsetMs?: number;
}

/** Everything that only reads. Deadlines are not the engine's: whoever runs it ends the process. */
export type ReadOperation =
  | { readonly op: "listBranches" }
  | { readonly op: "getBranch"; readonly branch: BranchRef }
  | { readonly op: "listTables"; readonly branch: BranchRef; readonly at?: PointInTime }
  | { readonly op: "resolve"; readonly request: ResolveRequest }
  | { readonly op: "query"; readonly request: QueryRequest }
  | { readonly op: "readTable"; readonly request: ReadTableRequest };

export interface ReadResults {
  listBranches: readonly BranchInfo[];
  getBranch: BranchInfo;
  listTables: readonly TableInfo[];
  resolve: ResolvedPoint;
  query: QueryResult;
  readTable: ReadTableResult;
}

/** Writes to the rows or the schema of one branch. Several of them can be committed with one fsync. */
export type WriteOperation =
  | { readonly op: "execute"; readonly request: ExecuteRequest }
  | { readonly op: "insertRows"; readonly request: InsertRowsRequest }
  | { readonly op: "updateRows"; readonly request: UpdateRowsRequest }
  | { readonly op: "deleteRows"; readonly request: DeleteRowsRequest };

export interface WriteResults {
  execute: ExecuteResult;
  insertRows: InsertRowsResult;
  updateRows: ChangeRowsResult;
  deleteRows: ChangeRowsResult;
}

/** Changes to branches as wholes. Each runs alone. */
export type ControlOperation =
  | { readonly op: "createBranch"; readonly request: CreateBranch }
  | { readonly op: "deleteBranch"; readonly branch: BranchRef }
  | { readonly op: "merge"; readonly request: MergeRequest };

export interface ControlResults {
  createBranch: BranchInfo;
  deleteBranch: BranchInfo;
  merge: MergeResult;
}

export type Outcome<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: WireError };

/**
 * A file to be cloned. The plain-data part of a clone: a helper process does `copyFiles` and then `finishFile` with
 * it, since the process that has the source open must not touch that file other than through SQLite.
 */
export interface CloneJob {
  readonly id: number;
  /** The branch file to copy, with its write-ahead log. */
  readonly source: string;
  /** Whether the write-ahead log holds anything that is not in the file yet and must be copied with it. */
  readonly withLog: boolean;
  /** A temporary name beside the file that is to be. */
  readonly target: string;
  /** The state that the clone is to be rewound to. */
  readonly scn: number;
  /** Id of the branch whose file is copied: it can't be written between `prepare` and `copied`. */
  readonly locks: string;
  readonly purpose: "materialise" | "copy";
  /** Of a materialised branch: the internal id that its own commits carry. */
  readonly branch: string | null;
}

/** Thrown by a reader when the past can only be read from a rewound copy that does not exist yet. */
export interface CopyRequest {
  /** The id of the branch file that holds the history. */
  readonly file: string;
  readonly scn: number;
}

/** Any number of these may be open on one database, each in a process of its own. */
export interface DatabaseReader {
  /** Throws HeliosError, or CopyNeeded: then have the writer make the copy and call again. */
  read<O extends ReadOperation>(operation: O): ReadResults[O["op"]];
  /** From here to `release`, reads may see the database as it stood at the first of them, and cost less. */
  hold(): void;
  release(): void;
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
  prepare(operation: WriteOperation | ControlOperation): CloneJob | null;
  /** The same for a rewound copy; null when the copy exists already. */
  prepareCopy(request: CopyRequest): CloneJob | null;
  copied(job: CloneJob): void;
  finish(job: CloneJob): void;
  abort(job: CloneJob): void;

  /**
   * Runs operations that all name the same branch, in order, each all or nothing with an SCN of its own, and commits
   * them together. One outcome for each, in order. What can't share a transaction (DDL) is given one of its own.
   */
  write(operations: readonly WriteOperation[]): Outcome<WriteResults[WriteOperation["op"]]>[];
  /** What became of a request, or null where nothing was committed under its id (or it is long forgotten). */
  outcome(branch: BranchRef, requestId: string): WriteResults[WriteOperation["op"]] | MergeResult | null;
  control<O extends ControlOperation>(operation: O): ControlResults[O["op"]];

  /** Also checkpoints. Safe to skip: an end by SIGKILL loses nothing acknowledged. */
  close(): void;
}
