import * as auth from "../auth/auth.operations.js";
import { createBranch, deleteBranch, getBranch, listBranches, mergeBranch } from "../branches/branches.operations.js";
import { deleteRows, insertRows, listTables, queryTable, updateRows } from "../data/data.operations.js";
import { execute, query } from "../sql/sql.operations.js";
import * as system from "../system/system.operations.js";
import * as tenants from "../tenants/tenants.operations.js";
import type { AnyOperation } from "./operation.js";

/** Every operation of the API. */
export const OPERATIONS: readonly AnyOperation[] = [
  ...Object.values(system),
  listBranches,
  createBranch,
  getBranch,
  deleteBranch,
  mergeBranch,
  listTables,
  queryTable,
  insertRows,
  updateRows,
  deleteRows,
  query,
  execute,
  ...Object.values(auth),
  ...Object.values(tenants),
] as unknown as readonly AnyOperation[];
