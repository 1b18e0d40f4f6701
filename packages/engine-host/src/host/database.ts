import type {
  ControlOperation,
  ControlResults,
  ReadOperation,
  ReadResults,
  WriteOperation,
  WriteResults,
} from "@heliosdb/engine";
import type {
  BranchInfo,
  BranchRef,
  ChangeRowsResult,
  CreateBranch,
  CreateSnapshot,
  DatabasePort,
  DeleteRowsRequest,
  DiffPage,
  DiffRequest,
  ExecuteRequest,
  ExecuteResult,
  ExportedFile,
  ExportRequest,
  GetBranch,
  HistoryPage,
  HistoryRequest,
  ImportRequest,
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
  RowStream,
  SnapshotInfo,
  SnapshotRef,
  StreamRequest,
  TableInfo,
  UndeleteBranch,
  UpdateBranch,
  UpdateRowsRequest,
} from "@heliosdb/port";

/** Where a database's requests go. */
export interface Runner {
  read(operation: ReadOperation, deadlineMs: number | undefined): Promise<unknown>;
  stream(request: StreamRequest, signal: AbortSignal | undefined): Promise<RowStream>;
  write(operation: WriteOperation | ControlOperation, deadlineMs: number | undefined): Promise<unknown>;
  exportFile(request: ExportRequest): Promise<ExportedFile>;
  importFile(request: ImportRequest): Promise<BranchInfo>;
  importPath(): Promise<string>;
  readonly maxRows: number;
}

/** One database as the server sees it: names each request and passes it on. */
export class HostedDatabase implements DatabasePort {
  constructor(private readonly runner: Runner) {}

  listBranches(deleted?: boolean): Promise<readonly BranchInfo[]> {
    return this.read({ op: "listBranches", deleted });
  }

  getBranch(request: GetBranch): Promise<BranchInfo> {
    return this.read({ op: "getBranch", request });
  }

  listTables(branch: BranchRef, at?: PointInTime): Promise<readonly TableInfo[]> {
    return this.read({ op: "listTables", branch, at });
  }

  resolve(request: ResolveRequest): Promise<ResolvedPoint> {
    return this.read({ op: "resolve", request });
  }

  query(request: QueryRequest): Promise<QueryResult> {
    return this.read({ op: "query", request: { ...request, maxRows: this.rows(request.maxRows) } }, request.deadlineMs);
  }

  streamQuery(request: StreamRequest, signal?: AbortSignal): Promise<RowStream> {
    return this.runner.stream(request, signal);
  }

  readTable(request: ReadTableRequest): Promise<ReadTableResult> {
    return this.read({ op: "readTable", request: { ...request, limit: this.rows(request.limit) } }, request.deadlineMs);
  }

  execute(request: ExecuteRequest): Promise<ExecuteResult> {
    return this.write({ op: "execute", request: { ...request, maxRows: this.rows(request.maxRows) } });
  }

  insertRows(request: InsertRowsRequest): Promise<InsertRowsResult> {
    return this.write({ op: "insertRows", request });
  }

  updateRows(request: UpdateRowsRequest): Promise<ChangeRowsResult> {
    return this.write({ op: "updateRows", request });
  }

  deleteRows(request: DeleteRowsRequest): Promise<ChangeRowsResult> {
    return this.write({ op: "deleteRows", request });
  }

  createBranch(request: CreateBranch): Promise<BranchInfo> {
    return this.control({ op: "createBranch", request });
  }

  updateBranch(request: UpdateBranch): Promise<BranchInfo> {
    return this.control({ op: "updateBranch", request });
  }

  deleteBranch(branch: BranchRef): Promise<BranchInfo> {
    return this.control({ op: "deleteBranch", branch });
  }

  undeleteBranch(request: UndeleteBranch): Promise<BranchInfo> {
    return this.control({ op: "undeleteBranch", request });
  }

  resetBranch(request: ResetBranch): Promise<BranchInfo> {
    return this.control({ op: "resetBranch", request });
  }

  diff(request: DiffRequest): Promise<DiffPage> {
    return this.read({ op: "diff", request }, request.deadlineMs);
  }

  history(request: HistoryRequest): Promise<HistoryPage> {
    return this.read({ op: "history", request }, request.deadlineMs);
  }

  rowHistory(request: RowHistoryRequest): Promise<RowHistoryPage> {
    return this.read({ op: "rowHistory", request }, request.deadlineMs);
  }

  listSnapshots(branch: BranchRef): Promise<readonly SnapshotInfo[]> {
    return this.read({ op: "listSnapshots", branch });
  }

  createSnapshot(request: CreateSnapshot): Promise<SnapshotInfo> {
    return this.control({ op: "createSnapshot", request });
  }

  deleteSnapshot(request: SnapshotRef): Promise<SnapshotInfo> {
    return this.control({ op: "deleteSnapshot", request });
  }

  restore(request: RestoreRequest): Promise<RestoreResult> {
    return this.control({ op: "restore", request }, request.deadlineMs);
  }

  getRetention(): Promise<Retention> {
    return this.read({ op: "getRetention" });
  }

  setRetention(change: Partial<Retention>): Promise<Retention> {
    return this.control({ op: "setRetention", change });
  }

  exportFile(request: ExportRequest): Promise<ExportedFile> {
    return this.runner.exportFile(request);
  }

  importFile(request: ImportRequest): Promise<BranchInfo> {
    return this.runner.importFile(request);
  }

  importPath(): Promise<string> {
    return this.runner.importPath();
  }

  merge(request: MergeRequest): Promise<MergeResult> {
    return this.control({ op: "merge", request }, request.deadlineMs);
  }

  private rows(wanted = this.runner.maxRows): number {
    return Math.min(wanted, this.runner.maxRows);
  }

  private read<O extends ReadOperation>(operation: O, deadlineMs?: number): Promise<ReadResults[O["op"]]> {
    return this.runner.read(operation, deadlineMs) as Promise<ReadResults[O["op"]]>;
  }

  private write<O extends WriteOperation>(operation: O): Promise<WriteResults[O["op"]]> {
    return this.runner.write(operation, operation.request.deadlineMs) as Promise<WriteResults[O["op"]]>;
  }

  private control<O extends ControlOperation>(operation: O, deadlineMs?: number): Promise<ControlResults[O["op"]]> {
    return this.runner.write(operation, deadlineMs) as Promise<ControlResults[O["op"]]>;
  }
}
