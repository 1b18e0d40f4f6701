import type { DescribedOperation } from "../../../http/surface/described-operation.js";
import { rqliteExecute, rqliteQuery, rqliteQueryStatements, rqliteRequest } from "./data/data.operations.js";
import { rqliteBackup, rqliteBoot, rqliteLoad } from "./files/files.operations.js";
import { rqliteDebugVars, rqliteHome, rqliteNodes, rqliteSnapshot, rqliteStatus } from "./status/status.operations.js";

export const OPERATIONS: readonly DescribedOperation[] = [
  rqliteExecute,
  rqliteQuery,
  rqliteQueryStatements,
  rqliteRequest,
  rqliteBackup,
  rqliteLoad,
  rqliteBoot,
  rqliteStatus,
  rqliteNodes,
  rqliteSnapshot,
  rqliteDebugVars,
  rqliteHome,
];
