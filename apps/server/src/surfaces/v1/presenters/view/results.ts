import type {
  BranchInfo,
  ChangeRowsResult,
  DiffPage,
  ExecuteResult,
  HistoryEntry,
  HistoryPage,
  InsertRowsResult,
  MergeResolution,
  MergeResult,
  MergeStrategy,
  QueryResult,
  ReadTableResult,
  RestoreResult,
  Retention,
  RowHistoryPage,
  SnapshotInfo,
  TableInfo,
} from "@heliosdb/port";
import type { Role } from "../../../../auth/roles.js";
import type { Scope } from "../../../../auth/scopes.js";
import type { Limits } from "../../../../limits/limits.js";
import type { HistoryCursor } from "../../schemas/cursor.js";

/** One page of branches; `limit` is the number of all of them where no page was asked for. */
export interface BranchPage {
  readonly branches: readonly BranchInfo[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
}

/** A branch, with its newest commits where they were asked for. */
export interface BranchView extends BranchInfo {
  readonly recentHistory?: readonly HistoryEntry[];
}

export interface MergeOutcome {
  readonly source: string;
  readonly target: string;
  readonly strategy: MergeStrategy;
  /** Those of the request. */
  readonly resolutions: readonly MergeResolution[];
  readonly result: MergeResult;
}

/** A page of commits, with what the request said of its place and size. */
export interface HistoryOutcome {
  readonly page: HistoryPage;
  readonly limit: number;
  readonly cursor: HistoryCursor | null;
}

/** A difference, with the names of the branches whose states were compared. */
export interface Difference {
  readonly from: string;
  readonly to: string;
  readonly page: DiffPage;
}

export interface RestoreOutcome {
  readonly branch: string;
  readonly result: RestoreResult;
}

export interface TablePage {
  readonly result: ReadTableResult;
  /** Null of a page by cursor, which has no number. */
  readonly page: number | null;
  readonly limit: number;
}

export interface InsertedRows {
  readonly result: InsertRowsResult;
  readonly returnIds: boolean;
}

export interface Executed {
  readonly branch: string;
  readonly result: ExecuteResult;
}

export interface ServerVersion {
  readonly name: string;
  readonly version: string;
  readonly apiVersion: string;
}

/** Who a request speaks for, as shown to that caller. */
export interface IdentityInfo extends Limits {
  readonly method: "jwt" | "api_key" | "none";
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly role: Role | null;
  readonly keyId: string | null;
  readonly name: string | null;
  /** Seconds since 1970; null for a credential without an end. */
  readonly expiresAt: number | null;
}

export interface IssuedToken {
  readonly token: string;
  readonly expiresIn: number;
  readonly expiresAt: number;
  readonly tenantId: string;
  readonly scopes: readonly Scope[];
}

/** Times in seconds since 1970. */
export interface KeyInfo extends Limits {
  readonly id: string;
  readonly name: string;
  readonly userId: string;
  readonly tenantId: string;
  readonly clientId: string | null;
  readonly scopes: readonly Scope[];
  readonly createdAt: number;
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  readonly rotatedAt: number | null;
}

export interface CreatedKey {
  readonly key: KeyInfo;
  /** The whole key, shown this once. */
  readonly secret: string;
}

/** Times in seconds since 1970. */
export interface UserInfo {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly role: Role;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Null while the user's credentials hold. */
  readonly disabledAt: number | null;
}

export interface TenantInfo {
  readonly name: string;
  readonly createdAt: number;
}

/** What somebody did, or was refused. */
export interface AuditEntry {
  readonly id: number;
  /** Microseconds since 1970. */
  readonly at: number;
  readonly userId: string;
  readonly keyId: string | null;
  readonly clientId: string | null;
  readonly method: IdentityInfo["method"];
  readonly address: string;
  /** Id of the operation. */
  readonly operation: string;
  readonly branch: string | null;
  /** What else it was about: a table, a merge's target, a key. */
  readonly object: string | null;
  readonly scn: number | null;
  /** HTTP status of the answer. */
  readonly status: number;
  /** Code of the error; null where it was done. */
  readonly code: string | null;
  readonly replayed: boolean;
  readonly requestId: string;
  readonly traceId: string;
}

export interface AuditPage {
  readonly entries: readonly AuditEntry[];
  /** Id that the next page's entries are below; null on the last. */
  readonly next: number | null;
}

export interface BackupInfo {
  readonly name: string;
  /** On the server's machine. */
  readonly path: string;
  /** Seconds since 1970: when it was begun. */
  readonly createdAt: number;
  readonly databases: number;
  readonly files: number;
  readonly bytes: number;
}

/** Times are in microseconds since 1970. */
export interface WebhookInfo {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly events: readonly string[];
  /** Patterns of names; empty for all. */
  readonly branches: readonly string[];
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly disabledAt: number | null;
  /** Branches whose next event waits to be tried again. */
  readonly failing: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface CreatedWebhook {
  readonly webhook: WebhookInfo;
  /** Shown this once. */
  readonly secret: string;
}

/** What was sent to a webhook, or is to be sent again. */
export interface WebhookDelivery {
  readonly number: number;
  readonly webhook: string;
  /** `event`: in turn. The others are sent once, on demand. */
  readonly purpose: "event" | "test" | "resend";
  /** Id of the branch that it is about. */
  readonly branch: string | null;
  readonly eventId: string;
  readonly event: string;
  readonly status: "delivered" | "waiting" | "failed";
  readonly attempts: number;
  /** Of the last attempt. */
  readonly responseStatus: number | null;
  readonly error: string | null;
  /** Microseconds since 1970. */
  readonly createdAt: number;
  readonly failingSince: number | null;
  readonly attemptedAt: number;
  readonly nextAttemptAt: number | null;
}

export interface WebhookDeliveryPage {
  readonly deliveries: readonly WebhookDelivery[];
  /** Number that the next page's deliveries are below; null on the last. */
  readonly next: number | null;
}

/** Every kind of answer. Each dialect has one view of each. */
export interface Domain {
  version: ServerVersion;
  backup: BackupInfo;
  backupList: readonly BackupInfo[];
  branch: BranchView;
  branchList: BranchPage;
  deletedBranch: BranchInfo;
  merge: MergeOutcome;
  branchHistory: HistoryOutcome;
  rowHistory: RowHistoryPage;
  diff: Difference;
  snapshot: SnapshotInfo;
  snapshotList: readonly SnapshotInfo[];
  restored: RestoreOutcome;
  retention: Retention;
  tableList: readonly TableInfo[];
  tablePage: TablePage;
  insertedRows: InsertedRows;
  updatedRows: ChangeRowsResult;
  deletedRows: ChangeRowsResult;
  queryResult: QueryResult;
  executed: Executed;
  batch: Executed;
  token: IssuedToken;
  identity: IdentityInfo;
  key: KeyInfo;
  createdKey: CreatedKey;
  keyList: readonly KeyInfo[];
  user: UserInfo;
  userList: readonly UserInfo[];
  tenant: TenantInfo;
  tenantList: readonly TenantInfo[];
  auditPage: AuditPage;
  webhook: WebhookInfo;
  createdWebhook: CreatedWebhook;
  webhookList: readonly WebhookInfo[];
  webhookDelivery: WebhookDelivery;
  webhookDeliveryPage: WebhookDeliveryPage;
}

export type ViewName = keyof Domain;
