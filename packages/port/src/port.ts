import type { PointInTime } from "./point.js";
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
  QueryRequest,
  QueryResult,
  ReadTableRequest,
  ReadTableResult,
  ResolvedPoint,
  ResolveRequest,
  TableInfo,
  UpdateRowsRequest,
} from "./requests.js";

export interface Capabilities {
  /** The SQL dialect that `query` and `execute` take. */
  readonly dialect: "sqlite" | "postgresql";
  readonly defaultDeadlineMs: number;
  readonly maxDeadlineMs: number;
  readonly maxRows: number;
}

/** What a health page shows of the processes behind the port. */
export interface PortHealth {
  readonly ok: boolean;
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
  listBranches(): Promise<readonly BranchInfo[]>;
  getBranch(branch: BranchRef): Promise<BranchInfo>;
  createBranch(request: CreateBranch): Promise<BranchInfo>;
  /** Rejects with BRANCH_PROTECTED for main and protected branches, BRANCH_HAS_CHILDREN where others fork from it. */
  deleteBranch(branch: BranchRef): Promise<BranchInfo>;
  listTables(branch: BranchRef, at?: PointInTime): Promise<readonly TableInfo[]>;
  resolve(request: ResolveRequest): Promise<ResolvedPoint>;

  query(request: QueryRequest): Promise<QueryResult>;
  readTable(request: ReadTableRequest): Promise<ReadTableResult>;

  execute(request: ExecuteRequest): Promise<ExecuteResult>;
  insertRows(request: InsertRowsRequest): Promise<InsertRowsResult>;
  updateRows(request: UpdateRowsRequest): Promise<ChangeRowsResult>;
  deleteRows(request: DeleteRowsRequest): Promise<ChangeRowsResult>;

  merge(request: MergeRequest): Promise<MergeResult>;
}

export interface DatabaseHostPort {
  capabilities(): Capabilities;
  /** The database of a tenant; `directory` is its internal id, never a text from a token. Made when absent. */
  database(directory: string): DatabasePort;
  dropDatabase(directory: string): Promise<void>;
  health(): Promise<PortHealth>;
  /** Finishes what is in hand, then ends every process. */
  close(): Promise<void>;
}
