import type { BranchRef } from "./branches.js";
import type { HeliosError } from "./errors.js";
import type { Deadline, Parameters, QuotingRules, Rows } from "./query.js";
import type { Repeatable } from "./repeatable.js";
import type { RowObject, Value } from "./values.js";

/** Optional fields of every write. */
export interface WriteContext extends Repeatable {
  readonly branch: BranchRef;
  /** Who writes, as it is to stand in the history. */
  readonly author: string;
  readonly message?: string;
  readonly deadlineMs?: Deadline;
}

export interface Statement {
  readonly sql: string;
  readonly params?: Parameters;
}

/** All statements or none, as one commit. */
export interface ExecuteRequest extends WriteContext, QuotingRules {
  readonly statements: readonly Statement[];
  /** Also takes queries, which see what the statements before them wrote. Otherwise they are NOT_A_STATEMENT. */
  readonly queries?: boolean;
  /** Rows of each query and RETURNING; default 10,000. */
  readonly maxRows?: number;
}

export interface StatementResult {
  /** INSERT, UPDATE, DELETE, CREATE_TABLE, SELECT, …: the main verb. */
  readonly statementType: string;
  readonly affectedRows: number;
  /** The rowid of the last row that an INSERT has inserted on its own; null for any other statement. */
  readonly lastInsertId: bigint | null;
  /** Present for a query and for RETURNING. */
  readonly returning?: Rows;
}

/** Identifies a commit. `scn` is the head's when the write changed nothing and made no commit. */
export interface CommitInfo {
  readonly scn: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  readonly changed: boolean;
}

export interface ExecuteResult extends CommitInfo {
  readonly results: readonly StatementResult[];
}

/** Each statement is a commit, whatever becomes of the others; they run in order, and share their fsyncs. */
export interface ExecuteEachRequest extends WriteContext, QuotingRules {
  readonly statements: readonly Statement[];
  /** Rows that each RETURNING gives; default 10,000. */
  readonly maxRows?: number;
}

/** The outcome of one of several statements. */
export type StatementOutcome =
  | { readonly ok: true; readonly commit: CommitInfo; readonly result: StatementResult }
  | { readonly ok: false; readonly error: HeliosError };

export type OnConflict = "error" | "ignore" | "update";

export interface InsertRowsRequest extends WriteContext {
  readonly table: string;
  /** Each row by column name; rows need not have the same columns. */
  readonly rows: readonly RowObject[];
  readonly onConflict: OnConflict;
}

export interface InsertRowsResult extends CommitInfo {
  readonly inserted: number;
  readonly updated: number;
  readonly skipped: number;
  /** Key values in row order, composite ones as lists; null for a skipped row. */
  readonly ids: readonly (Value | readonly Value[])[];
}

export interface UpdateRowsRequest extends WriteContext {
  readonly table: string;
  readonly values: RowObject;
  readonly filter: string;
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may see single tables only. */
  readonly ownTableOnly?: boolean;
}

export interface DeleteRowsRequest extends WriteContext {
  readonly table: string;
  readonly filter: string;
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may see single tables only. */
  readonly ownTableOnly?: boolean;
}

export interface ChangeRowsResult extends CommitInfo {
  readonly affected: number;
}
