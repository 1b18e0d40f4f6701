/** What the library has wherever it runs. */
export type { AsOf, TypedPoint } from "./arguments/point.js";
export { SqlText, sql } from "./arguments/sql-text.js";
export type { Moment } from "./arguments/time.js";
export type { ParameterType, ParameterValues, TypedValue, Value } from "./arguments/values.js";
export type { BaseClient } from "./base-client.js";
export type { BranchHandle, BranchMerge } from "./branch/branch-handle.js";
export type { BranchQuery, BranchReader } from "./branch/branch-reader.js";
export type { RowValues, TableHandle, TableReader } from "./branch/table-handle.js";
export type { TemporaryBranch } from "./branch/temporary-branch.js";
export type { TransactionHandle, TransactionTable } from "./branch/transaction-handle.js";
export type { Audit, AuditFilter, ReadAudit } from "./resources/audit.js";
export type { Auth, CreateToken } from "./resources/auth.js";
export type { Backups, CreateBackup } from "./resources/backups.js";
export type {
  CreateBranch,
  DeleteBranch,
  GetBranch,
  ListBranches,
  ResetBranch,
  UndeleteBranch,
  UpdateBranch,
} from "./resources/branch-settings.js";
export type { Branches } from "./resources/branches.js";
export type {
  Data,
  DeleteRows,
  InsertOptions,
  ReadAllRows,
  ReadRowHistory,
  ReadRows,
  RowVersions,
  SelectRows,
  UpdateRows,
} from "./resources/data.js";
export type { BranchStateRef, Comparison, ReadDiff } from "./resources/diff.js";
export type { BranchFile, DownloadBranch, DownloadedFile, DownloadToFile } from "./resources/download.js";
export type { HistoryFilter, ReadHistory } from "./resources/history.js";
export type { CreateKey, CreateSigningSecret, Keys, RotateKey } from "./resources/keys.js";
export type { ConflictResolution, MergeBranch, MergeResolution } from "./resources/merging.js";
export type { QueryEnd, QueryStream } from "./resources/query-stream.js";
export type { RestoreBranch } from "./resources/restoring.js";
export type { Retention, SetRetention } from "./resources/retention.js";
export type { CreateSnapshot, Snapshots } from "./resources/snapshots.js";
export type {
  BatchOptions,
  BatchStatement,
  ExecuteBatch,
  ExecuteOptions,
  ExecuteStatement,
  QueryOptions,
  QueryStatement,
  Sql,
  StreamOptions,
} from "./resources/sql.js";
export type { ListTables, Tables } from "./resources/tables.js";
export type { Tenants } from "./resources/tenants.js";
export type {
  BeginTransaction,
  CommitTransaction,
  RenewTransaction,
  Transactions,
} from "./resources/transactions.js";
export type { UploadBranch } from "./resources/upload.js";
export type { CreateUser, UpdateUser, Users } from "./resources/users.js";
export type { CreateWebhook, ReadDeliveries, UpdateWebhook, Webhooks } from "./resources/webhooks.js";
export type { AuditEntry, AuditPage } from "./results/audit.js";
export type {
  ApiKey,
  CreatedApiKey,
  Identity,
  KeyLimits,
  Role,
  Scope,
  SigningSecret,
  Tenant,
  Token,
  User,
} from "./results/auth.js";
export type { Backup } from "./results/backup.js";
export type { Branch, BranchChanges, BranchDetails, BranchList, BranchState } from "./results/branch.js";
export type { DiffPage, RowDifference, SchemaDifference } from "./results/diff.js";
export type { CommitType, HistoryEntry, HistoryPage } from "./results/history.js";
export type { MergeConflict, MergeResult } from "./results/merge.js";
export type { RestoreResult } from "./results/restore.js";
export type { RetentionSettings } from "./results/retention.js";
export type { RowHistoryPage, RowVersion } from "./results/row-history.js";
export type {
  BatchResult,
  Cell,
  ColumnType,
  DeleteResult,
  ExecuteResult,
  InsertResult,
  Key,
  QueryResult,
  ReturnedRows,
  Row,
  RowSet,
  StatementResult,
  TablePage,
  UpdateResult,
} from "./results/rows.js";
export type { Snapshot } from "./results/snapshot.js";
export type { Column, Table } from "./results/table.js";
export type { TableChange } from "./results/table-change.js";
export type { EndedTransaction, Transaction } from "./results/transaction.js";
export type {
  CreatedWebhook,
  Webhook,
  WebhookDelivery,
  WebhookDeliveryPage,
  WebhookEventName,
} from "./results/webhook.js";
export type { TokenSource } from "./transport/access-token.js";
export type { Dialect, RawClient } from "./transport/dialect.js";
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
} from "./transport/errors.js";
export { type ErrorCode, isHeliosDBError } from "./transport/guards.js";
export type {
  HookCall,
  HookFailure,
  HookRequest,
  HookResponse,
  HookRetry,
  Hooks,
  TraceHeaders,
} from "./transport/hooks.js";
export type { CallOptions, HeliosDBClientOptions, RepeatableOptions } from "./transport/options.js";
export type { RetryOptions } from "./transport/retry.js";
export { type TracingSpan, type TracingTracer, tracingHooks } from "./transport/tracing-hooks.js";
export { type ForeignResponse, UnexpectedResponseError } from "./transport/unexpected-response.js";
export type { ValueForms } from "./transport/value-forms.js";
export { generateTypes } from "./typegen/generate-types.js";
