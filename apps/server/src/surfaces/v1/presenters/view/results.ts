import type {
  BackupInfo,
  BranchInfo,
  ChangeRowsResult,
  Density,
  EndedTransaction,
  Graph,
  JsonQueryResult,
  Retention,
  RowHistoryPage,
  SnapshotInfo,
  TableInfo,
  TransactionInfo,
} from "@heliosdb/port";
import type { AuditPage } from "../../../../audit/audit-entry.js";
import type { IdentityInfo, IssuedToken } from "../../../../auth/identity-info.js";
import type { CreatedKey, CreatedSigningSecret, KeyInfo } from "../../../../auth/key-info.js";
import type { BranchPage, BranchView } from "../../../../branches/branch-results.js";
import type { InsertedRows, TablePage } from "../../../../data/data-results.js";
import type { Difference } from "../../../../diff/difference.js";
import type { HistoryOutcome } from "../../../../history/history-outcome.js";
import type { MergeOutcome } from "../../../../merge/merge-outcome.js";
import type { Cancelled } from "../../../../queries/queries.service.js";
import type { RunningQuery } from "../../../../queries/running-queries.js";
import type { RestoreOutcome } from "../../../../restore/restore-outcome.js";
import type { Executed } from "../../../../sql/executed.js";
import type { ServerVersion } from "../../../../system/server-info.js";
import type { TenantInfo } from "../../../../tenants/tenant-info.js";
import type { UserInfo } from "../../../../users/user-info.js";
import type { WebhookDelivery, WebhookDeliveryPage } from "../../../../webhooks/delivery/webhook-delivery.js";
import type { CreatedWebhook, WebhookInfo } from "../../../../webhooks/webhook-info.js";

/** Every kind of result. Each format has one view for each. */
export interface Results {
  version: ServerVersion;
  backup: BackupInfo;
  backupList: readonly BackupInfo[];
  branch: BranchView;
  branchList: BranchPage;
  deletedBranch: BranchInfo;
  merge: MergeOutcome;
  branchHistory: HistoryOutcome;
  rowHistory: RowHistoryPage;
  graph: Graph;
  density: Density;
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
  queryResult: JsonQueryResult;
  executed: Executed;
  batch: Executed;
  transaction: TransactionInfo;
  transactionList: readonly TransactionInfo[];
  queryList: readonly RunningQuery[];
  cancelledQuery: Cancelled;
  endedTransaction: EndedTransaction;
  token: IssuedToken;
  identity: IdentityInfo;
  key: KeyInfo;
  createdKey: CreatedKey;
  signingSecret: CreatedSigningSecret;
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

export type ViewName = keyof Results;
