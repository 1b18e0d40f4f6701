import type { BackupReport, BackupRequest } from "./backup.js";
import type {
  BranchInfo,
  BranchRef,
  CreateBranch,
  GetBranch,
  ResetBranch,
  UndeleteBranch,
  UpdateBranch,
} from "./branches.js";
import type { ChangesPort } from "./changes.js";
import type {
  CreateSnapshot,
  DiffPage,
  DiffRequest,
  ExportedFile,
  ExportRequest,
  HistoryPage,
  HistoryRequest,
  ImportRequest,
  RestoreRequest,
  RestoreResult,
  Retention,
  RowHistoryPage,
  RowHistoryRequest,
  SnapshotInfo,
  SnapshotRef,
} from "./history.js";
import type { MergeRequest, MergeResult } from "./merge.js";
import type { PortMetrics, PortUsage } from "./metrics.js";
import type { PointInTime } from "./point.js";
import type {
  ChangeRowsResult,
  DeleteRowsRequest,
  ExecuteRequest,
  ExecuteResult,
  InsertRowsRequest,
  InsertRowsResult,
  QueryRequest,
  QueryResult,
  ReadTableRequest,
  ReadTableResult,
  ResolvedPoint,
  ResolveRequest,
  TableInfo,
  UpdateRowsRequest,
} from "./requests.js";
import type { RowStream, StreamRequest } from "./stream.js";

export interface Capabilities {
  /** The SQL dialect that `query` and `execute` take. */
  readonly dialect: "sqlite" | "postgresql";
  readonly defaultDeadlineMs: number;
  readonly maxDeadlineMs: number;
  readonly maxRows: number;
}

/** What reads, what writes, and what copies files. */
export type PortPart = "readers" | "writers" | "helpers";

/** What a health page shows of the processes behind the port. */
export interface PortHealth {
  readonly ok: boolean;
  /** Why a part can't do its work now, or null. One that is being replaced after an ordinary end is no problem. */
  readonly parts: { readonly [P in PortPart]: string | null };
  readonly readers: number;
  readonly writers: number;
  readonly queued: number;
  readonly restarts: number;
  readonly problems: readonly string[];
}

/**
 * The asynchronous interface between the server and a versioned database. Every method rejects with HeliosError only.
 * An acknowledged write is durable; a request that reached its deadline left no effect.
 */
export interface DatabasePort {
  /** Live ones, oldest first; with `deleted` also those that can still be brought back. */
  listBranches(deleted?: boolean): Promise<readonly BranchInfo[]>;
  getBranch(request: GetBranch): Promise<BranchInfo>;
  createBranch(request: CreateBranch): Promise<BranchInfo>;
  updateBranch(request: UpdateBranch): Promise<BranchInfo>;
  /** Rejects with BRANCH_PROTECTED for main and protected branches, BRANCH_HAS_CHILDREN where others fork from it. */
  deleteBranch(branch: BranchRef): Promise<BranchInfo>;
  undeleteBranch(request: UndeleteBranch): Promise<BranchInfo>;
  resetBranch(request: ResetBranch): Promise<BranchInfo>;
  listTables(branch: BranchRef, at?: PointInTime): Promise<readonly TableInfo[]>;
  resolve(request: ResolveRequest): Promise<ResolvedPoint>;

  query(request: QueryRequest): Promise<QueryResult>;
  /**
   * Resolves once the first rows are there, so that what fails before them rejects. The deadline is for the work: it
   * ends when the last row has been read. Aborting the signal stops the work. Rejects with OVERLOADED where too many
   * streams are under way.
   */
  streamQuery(request: StreamRequest, signal?: AbortSignal): Promise<RowStream>;
  readTable(request: ReadTableRequest): Promise<ReadTableResult>;

  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  insertRows(request: InsertRowsRequest): Promise<InsertRowsResult>;
  updateRows(request: UpdateRowsRequest): Promise<ChangeRowsResult>;
  deleteRows(request: DeleteRowsRequest): Promise<ChangeRowsResult>;

  merge(request: MergeRequest): Promise<MergeResult>;

  diff(request: DiffRequest): Promise<DiffPage>;
  history(request: HistoryRequest): Promise<HistoryPage>;
  rowHistory(request: RowHistoryRequest): Promise<RowHistoryPage>;
  listSnapshots(branch: BranchRef): Promise<readonly SnapshotInfo[]>;
  createSnapshot(request: CreateSnapshot): Promise<SnapshotInfo>;
  deleteSnapshot(request: SnapshotRef): Promise<SnapshotInfo>;
  restore(request: RestoreRequest): Promise<RestoreResult>;

  getRetention(): Promise<Retention>;
  /** What is absent stays as it is. */
  setRetention(change: Partial<Retention>): Promise<Retention>;

  /** The caller deletes the file when it has been read. */
  exportFile(request: ExportRequest): Promise<ExportedFile>;
  importFile(request: ImportRequest): Promise<BranchInfo>;
  /** A path in the database's own folder where a file to be imported can be put. */
  importPath(): Promise<string>;
}

export interface DatabaseHostPort {
  capabilities(): Capabilities;
  /** The database of a tenant; `directory` is its internal id, never a text from a token. Made when absent. */
  database(directory: string): DatabasePort;
  /** What happens in that database. */
  changes(directory: string): ChangesPort;
  dropDatabase(directory: string): Promise<void>;
  /**
   * Copies every database as it stands between two of its commits, while they are written. Rejects with BACKUP_RUNNING
   * where another backup is being made.
   */
  backup(request: BackupRequest): Promise<BackupReport>;
  health(): Promise<PortHealth>;
  metrics(): Promise<PortMetrics>;
  /** Counted no more often than is good for the server: what is returned may be some seconds old. */
  usage(): Promise<PortUsage>;
  /** Finishes what is in hand, then ends every process. */
  close(): Promise<void>;
}
