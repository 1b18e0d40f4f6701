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
  DatabasePort,
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
} from "@heliosdb/port";

/** Where a database's requests go. */
export interface Runner {
  read(operation: ReadOperation, deadlineMs: number | undefined): Promise<unknown>;
  write(
    operation: WriteOperation | ControlOperation,
    deadlineMs: number | undefined,
    before?: BranchInfo,
  ): Promise<unknown>;
  readonly maxRows: number;
}

/** One database as the server sees it: names each request and passes it on. */
export class HostedDatabase implements DatabasePort {
  constructor(private readonly runner: Runner) {}

  listBranches(): Promise<readonly BranchInfo[]> {
    return this.read({ op: "listBranches" });
  }

  getBranch(branch: BranchRef): Promise<BranchInfo> {
    return this.read({ op: "getBranch", branch });
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
    return this.control({ op: "createBranch", request }, undefined);
  }

  async deleteBranch(branch: BranchRef): Promise<BranchInfo> {
    // Should the writer be lost under the deletion, this is what can still be said of the branch.
    const before = await this.getBranch(branch);
    return this.control({ op: "deleteBranch", branch }, undefined, before);
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

  private control<O extends ControlOperation>(
    operation: O,
    deadlineMs: number | undefined,
    before?: BranchInfo,
  ): Promise<ControlResults[O["op"]]> {
    return this.runner.write(operation, deadlineMs, before) as Promise<ControlResults[O["op"]]>;
  }
}
