export { HeliosDBClient } from "./client.js";
export {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  HeliosDBError,
  type HeliosDBErrorInfo,
  InvalidRequestError,
  NotFoundError,
  QueryTimeoutError,
  RateLimitedError,
} from "./errors.js";
export type { CallOptions, HeliosDBClientOptions } from "./options.js";
export type { AsOf, TypedPoint } from "./point.js";
export type { Auth, CreateKey, CreateToken, Keys } from "./resources/auth.js";
export type { Branches, ConflictResolution, CreateBranch, ListBranches, MergeBranch } from "./resources/branches.js";
export type { Data, DeleteRows, InsertOptions, ReadRows, UpdateRows } from "./resources/data.js";
export type { ExecuteOptions, ExecuteStatement, QueryOptions, QueryStatement, Sql } from "./resources/sql.js";
export type { ListTables, Tables } from "./resources/tables.js";
export type { ApiKey, CreatedApiKey, Identity, Scope, Token } from "./results/auth.js";
export type { Branch, BranchList, BranchState } from "./results/branch.js";
export type { MergeConflict, MergeResult } from "./results/merge.js";
export type {
  Cell,
  ColumnType,
  DeleteResult,
  ExecuteResult,
  InsertResult,
  Key,
  QueryResult,
  Row,
  RowSet,
  TablePage,
  UpdateResult,
} from "./results/rows.js";
export type { Column, Table } from "./results/table.js";
export type { RetryOptions } from "./transport/retry.js";
export type { ParameterType, TypedValue, Value } from "./values.js";
