import type { AnyOperation } from "../operation/operation.js";
import * as audit from "./audit/audit.operations.js";
import * as auth from "./auth/auth.operations.js";
import * as keys from "./auth/keys.operations.js";
import * as backups from "./backups/backups.operations.js";
import * as branchLife from "./branches/branch-life.operations.js";
import * as branches from "./branches/branches.operations.js";
import * as data from "./data/data.operations.js";
import * as diff from "./diff/diff.operations.js";
import * as events from "./events/events.operations.js";
import * as files from "./files/files.operations.js";
import * as graph from "./graph/graph.operations.js";
import * as history from "./history/history.operations.js";
import * as merge from "./merge/merge.operations.js";
import * as queries from "./queries/queries.operations.js";
import * as restore from "./restore/restore.operations.js";
import * as retention from "./retention/retention.operations.js";
import * as snapshots from "./snapshots/snapshots.operations.js";
import * as sql from "./sql/sql.operations.js";
import * as system from "./system/system.operations.js";
import * as tenants from "./tenants/tenants.operations.js";
import * as transactions from "./transactions/transactions.operations.js";
import * as users from "./users/users.operations.js";
import * as webhooks from "./webhooks/webhooks.operations.js";

/** In the order of the OpenAPI document. These files also export schemas that others use. */
const FILES: readonly object[] = [
  ...[
    system,
    branches,
    branchLife,
    merge,
    history,
    graph,
    diff,
    snapshots,
    restore,
    files,
    retention,
    data,
    sql,
    transactions,
    queries,
  ],
  ...[auth, keys, users, tenants, audit, backups, webhooks, events],
];

/** Every operation of the API. */
export const OPERATIONS: readonly AnyOperation[] = FILES.flatMap((file) => Object.values(file).filter(isOperation));

function isOperation(value: unknown): value is AnyOperation {
  return typeof value === "object" && value !== null && "id" in value && "method" in value;
}
