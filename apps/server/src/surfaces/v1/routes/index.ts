import type { AnyOperation } from "../operation/operation.js";
import * as audit from "./audit/audit.operations.js";
import { createToken, getIdentity } from "./auth/auth.operations.js";
import * as keys from "./auth/keys.operations.js";
import * as backups from "./backups/backups.operations.js";
import * as branchLife from "./branches/branch-life.operations.js";
import { createBranch, deleteBranch, getBranch, listBranches } from "./branches/branches.operations.js";
import { deleteRows, insertRows, listTables, queryTable, updateRows } from "./data/data.operations.js";
import { getDiff } from "./diff/diff.operations.js";
import { exportFile, importFile } from "./files/files.operations.js";
import { getHistory, getRowHistory } from "./history/history.operations.js";
import { mergeBranch } from "./merge/merge.operations.js";
import { restoreBranch, restoreSnapshot } from "./restore/restore.operations.js";
import { getRetention, setRetention } from "./retention/retention.operations.js";
import { createSnapshot, deleteSnapshot, listSnapshots } from "./snapshots/snapshots.operations.js";
import { execute, executeBatch, query } from "./sql/sql.operations.js";
import * as system from "./system/system.operations.js";
import * as tenants from "./tenants/tenants.operations.js";
import * as users from "./users/users.operations.js";
import * as webhooks from "./webhooks/webhooks.operations.js";

/** Every operation of the API. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...Object.values(system),
  listBranches,
  createBranch,
  getBranch,
  deleteBranch,
  ...Object.values(branchLife),
  mergeBranch,
  getHistory,
  getRowHistory,
  getDiff,
  listSnapshots,
  createSnapshot,
  deleteSnapshot,
  restoreBranch,
  restoreSnapshot,
  exportFile,
  importFile,
  getRetention,
  setRetention,
  listTables,
  queryTable,
  insertRows,
  updateRows,
  deleteRows,
  query,
  execute,
  executeBatch,
  createToken,
  getIdentity,
  ...Object.values(keys),
  ...Object.values(users),
  ...Object.values(tenants),
  audit.listAudit,
  audit.exportAudit,
  ...Object.values(backups),
  ...Object.values(webhooks),
] as unknown as readonly AnyOperation[];
