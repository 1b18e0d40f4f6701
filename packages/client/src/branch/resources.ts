import type { Branches } from "../resources/branches.js";
import type { Data } from "../resources/data.js";
import type { Sql } from "../resources/sql.js";
import type { Tables } from "../resources/tables.js";
import type { Transactions } from "../resources/transactions.js";

/** The resources of a client that handles call. */
export interface Resources {
  readonly branches: Branches;
  readonly data: Data;
  readonly sql: Sql;
  readonly tables: Tables;
  readonly transactions: Transactions;
}
