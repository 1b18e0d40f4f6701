import {
  type BranchInfo,
  type CreateBranch,
  type DeleteBranch,
  type GetBranch,
  type ListBranches,
  MAIN_BRANCH,
  type ResetBranch,
  type UndeleteBranch,
  type UpdateBranch,
} from "./branches.js";
import type { DiffPage, DiffRequest } from "./diff.js";
import type { Density, DensityRequest, Graph, GraphRequest } from "./graph.js";
import type { HistoryPage, HistoryRequest, RowHistoryPage, RowHistoryRequest } from "./history.js";
import type { MergeRequest, MergeResult } from "./merge.js";
import { read, record, whole, write } from "./operation.js";
import type {
  DescribeRequest,
  JsonQueryRequest,
  JsonQueryResult,
  JsonReadTableRequest,
  JsonReadTableResult,
  QueryRequest,
  QueryResult,
  ReadTableRequest,
  ReadTableResult,
  ResolvedPoint,
  ResolveRequest,
  StatementDescription,
} from "./query.js";
import type { RestoreRequest, RestoreResult } from "./restore.js";
import type { Retention, SetRetention } from "./retention.js";
import type { CreateSnapshot, ListSnapshots, SnapshotInfo, SnapshotRef } from "./snapshots.js";
import type { ListTables, TableInfo } from "./tables.js";
import type {
  ChangeRowsResult,
  DeleteRowsRequest,
  ExecuteRequest,
  ExecuteResult,
  InsertRowsRequest,
  InsertRowsResult,
  UpdateRowsRequest,
} from "./writes.js";

/** A request without fields. */
export type NoRequest = Readonly<Record<never, never>>;

const none = () => [];
const its = ({ branch }: { readonly branch: string }) => [branch];

function withMaxRows<Q extends { readonly maxRows?: number }>(request: Q, most: number): Q {
  const { maxRows } = request;
  return maxRows !== undefined && maxRows <= most ? request : { ...request, maxRows: most };
}

function withLimit<Q extends { readonly limit: number }>(request: Q, most: number): Q {
  return request.limit <= most ? request : { ...request, limit: most };
}

/**
 * Every operation of a database, declared once. The port's methods, the engine's dispatch, the channel between
 * processes, and the wrappers for limited callers are derived from this table.
 */
export const OPERATIONS = {
  /** Live branches, oldest first. */
  listBranches: read<ListBranches, readonly BranchInfo[]>({ branches: none, tables: "open" }),
  getBranch: read<GetBranch, BranchInfo>({ branches: its, tables: "open" }),
  createBranch: record<CreateBranch, BranchInfo>({
    branches: ({ parent = MAIN_BRANCH }) => [parent],
    newNames: ({ name }) => [name],
    tables: { mayNot: "create branches" },
  }),
  updateBranch: record<UpdateBranch, BranchInfo>({
    branches: its,
    newNames: ({ name }) => (name === undefined ? [] : [name]),
    tables: { mayNot: "change branches" },
  }),
  /** Rejects with BRANCH_PROTECTED for main and protected branches, BRANCH_HAS_CHILDREN if others fork from it. */
  deleteBranch: record<DeleteBranch, BranchInfo>({ branches: its, tables: { mayNot: "delete branches" } }),
  undeleteBranch: record<UndeleteBranch, BranchInfo>({
    branches: ({ id }) => [id],
    newNames: ({ name }) => (name === undefined ? [] : [name]),
    tables: { mayNot: "undelete branches" },
  }),
  resetBranch: record<ResetBranch, BranchInfo>({ branches: its, tables: { mayNot: "reset branches" } }),

  listTables: read<ListTables, readonly TableInfo[]>({ branches: its, tables: "filtered" }),
  resolve: read<ResolveRequest, ResolvedPoint>({ branches: its, tables: "open" }),
  query: read<QueryRequest, QueryResult>({
    branches: its,
    tables: { mayNot: "send SQL. Read rows of a table instead" },
    capped: withMaxRows,
  }),
  describe: read<DescribeRequest, StatementDescription>({
    branches: its,
    tables: { mayNot: "send SQL. Read rows of a table instead" },
  }),
  readTable: read<ReadTableRequest, ReadTableResult>({
    branches: its,
    tables: "filter",
    capped: withLimit,
  }),

  /** The previous two with rows as JSON text, for surfaces that pass them on unchanged. */
  queryJson: read<JsonQueryRequest, JsonQueryResult>({
    branches: its,
    tables: { mayNot: "send SQL. Read rows of a table instead" },
    capped: withMaxRows,
  }),
  readTableJson: read<JsonReadTableRequest, JsonReadTableResult>({
    branches: its,
    tables: "filter",
    capped: withLimit,
  }),

  execute: write<ExecuteRequest, ExecuteResult>({
    branches: its,
    tables: { mayNot: "send SQL. Write rows of a table instead" },
    capped: withMaxRows,
  }),
  insertRows: write<InsertRowsRequest, InsertRowsResult>({ branches: its, tables: "table" }),
  updateRows: write<UpdateRowsRequest, ChangeRowsResult>({ branches: its, tables: "filter" }),
  deleteRows: write<DeleteRowsRequest, ChangeRowsResult>({ branches: its, tables: "filter" }),

  merge: whole<MergeRequest, MergeResult>({
    branches: ({ target, source }) => [target, source],
    tables: { mayNot: "merge" },
  }),
  restore: whole<RestoreRequest, RestoreResult>({ branches: its, tables: { mayNot: "restore branches" } }),

  diff: read<DiffRequest, DiffPage>({ branches: ({ to, from }) => [to.branch, from.branch], tables: "filtered" }),
  history: read<HistoryRequest, HistoryPage>({ branches: its, tables: { mayNot: "list commits" } }),
  graph: read<GraphRequest, Graph>({ branches: none, tables: { mayNot: "list commits" } }),
  density: read<DensityRequest, Density>({ branches: its, tables: { mayNot: "list commits" } }),
  rowHistory: read<RowHistoryRequest, RowHistoryPage>({ branches: its, tables: "table" }),
  listSnapshots: read<ListSnapshots, readonly SnapshotInfo[]>({ branches: its, tables: { mayNot: "use snapshots" } }),
  createSnapshot: record<CreateSnapshot, SnapshotInfo>({ branches: its, tables: { mayNot: "use snapshots" } }),
  deleteSnapshot: record<SnapshotRef, SnapshotInfo>({ branches: its, tables: { mayNot: "use snapshots" } }),

  getRetention: read<NoRequest, Retention>({ branches: none, tables: "open" }),
  setRetention: record<SetRetention, Retention>({
    branches: none,
    tables: { mayNot: "change retention" },
  }),
};

export type Operations = typeof OPERATIONS;
export type OperationName = keyof Operations;
