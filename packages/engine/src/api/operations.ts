import type {
  BranchChanges,
  BranchChangesRequest,
  BranchInfo,
  BranchRef,
  ChangedBranches,
  ChangedBranchesRequest,
  ChangePosition,
  ChangeRowsResult,
  CreateBranch,
  CreateSnapshot,
  DeleteRowsRequest,
  DiffPage,
  DiffRequest,
  ExecuteRequest,
  ExecuteResult,
  GetBranch,
  HistoryPage,
  HistoryRequest,
  InsertRowsRequest,
  InsertRowsResult,
  MergeRequest,
  MergeResult,
  PointInTime,
  QueryRequest,
  QueryResult,
  ReadTableRequest,
  ReadTableResult,
  ResetBranch,
  ResolvedPoint,
  ResolveRequest,
  RestoreRequest,
  RestoreResult,
  Retention,
  RowHistoryPage,
  RowHistoryRequest,
  SnapshotInfo,
  SnapshotRef,
  TableInfo,
  UndeleteBranch,
  UpdateBranch,
  UpdateRowsRequest,
  WireError,
} from "@heliosdb/port";

/** Everything that only reads. Deadlines are not the engine's: whoever runs it ends the process. */
export type ReadOperation =
  | { readonly op: "listBranches"; readonly deleted?: boolean }
  | { readonly op: "getBranch"; readonly request: GetBranch }
  | { readonly op: "listTables"; readonly branch: BranchRef; readonly at?: PointInTime }
  | { readonly op: "resolve"; readonly request: ResolveRequest }
  | { readonly op: "query"; readonly request: QueryRequest }
  | { readonly op: "readTable"; readonly request: ReadTableRequest }
  | { readonly op: "diff"; readonly request: DiffRequest }
  | { readonly op: "history"; readonly request: HistoryRequest }
  | { readonly op: "rowHistory"; readonly request: RowHistoryRequest }
  | { readonly op: "listSnapshots"; readonly branch: BranchRef }
  | { readonly op: "getRetention" }
  | { readonly op: "usage" }
  | { readonly op: "changesBefore"; readonly scn: number }
  | { readonly op: "changedBranches"; readonly request: ChangedBranchesRequest }
  | { readonly op: "changesOf"; readonly request: BranchChangesRequest };

export interface ReadResults {
  listBranches: readonly BranchInfo[];
  getBranch: BranchInfo;
  listTables: readonly TableInfo[];
  resolve: ResolvedPoint;
  query: QueryResult;
  readTable: ReadTableResult;
  diff: DiffPage;
  history: HistoryPage;
  rowHistory: RowHistoryPage;
  listSnapshots: readonly SnapshotInfo[];
  getRetention: Retention;
  usage: DatabaseUsage;
  changesBefore: ChangePosition;
  changedBranches: ChangedBranches;
  changesOf: BranchChanges;
}

/** What an operator wants to know of a database as a whole. */
export interface DatabaseUsage {
  /** Branches that are not deleted. */
  readonly branches: number;
  /** When the oldest commit was made that main can still be read at, in microseconds since 1970. */
  readonly oldest: number;
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

/**
 * Changes to the list of branches and to what is kept of them. They run alone and touch no branch file, and a retry
 * with the same request id returns the first outcome.
 */
export type RecordOperation = { readonly requestId?: string } & (
  | { readonly op: "createBranch"; readonly request: CreateBranch }
  | { readonly op: "updateBranch"; readonly request: UpdateBranch }
  | { readonly op: "deleteBranch"; readonly branch: BranchRef }
  | { readonly op: "undeleteBranch"; readonly request: UndeleteBranch }
  | { readonly op: "resetBranch"; readonly request: ResetBranch }
  | { readonly op: "createSnapshot"; readonly request: CreateSnapshot }
  | { readonly op: "deleteSnapshot"; readonly request: SnapshotRef }
  | { readonly op: "setRetention"; readonly change: Partial<Retention> }
  /** Changes nothing: only the writer knows what nothing comes before. */
  | { readonly op: "changesHead" }
);

/** What runs alone: changes to the record of branches, and commits that concern a branch as a whole. */
export type ControlOperation =
  | RecordOperation
  | { readonly op: "merge"; readonly request: MergeRequest }
  | { readonly op: "restore"; readonly request: RestoreRequest };

export interface ControlResults {
  createBranch: BranchInfo;
  updateBranch: BranchInfo;
  deleteBranch: BranchInfo;
  undeleteBranch: BranchInfo;
  resetBranch: BranchInfo;
  createSnapshot: SnapshotInfo;
  deleteSnapshot: SnapshotInfo;
  setRetention: Retention;
  changesHead: ChangePosition;
  merge: MergeResult;
  restore: RestoreResult;
}

export type Outcome<T> = { readonly ok: true; readonly result: T } | { readonly ok: false; readonly error: WireError };
