import type { BranchRef } from "./branches.js";
import type { HeliosError } from "./errors.js";
import type { AfterWrites, Deadline, Parameters, QuotingRules, Rows } from "./query.js";
import type { Repeatable } from "./repeatable.js";
import type { RowObject, Value } from "./values.js";

/** Optional fields of every write. */
export interface WriteContext extends Repeatable {
  readonly branch: BranchRef;
  /** The author, for the history. */
  readonly author: string;
  readonly message?: string;
  readonly deadlineMs?: Deadline;
}

export interface Statement {
  readonly sql: string;
  readonly params?: Parameters;
}

/** Executes all statements or none, as one commit. */
export interface ExecuteRequest extends WriteContext, QuotingRules, AfterWrites {
  readonly statements: readonly Statement[];
  /** Also accepts queries, which see the writes of earlier statements. Otherwise they are NOT_A_STATEMENT. */
  readonly queries?: boolean;
  /** Maximum rows of each query and RETURNING; default 10,000. */
  readonly maxRows?: number;
  /** Fails with RESULT_TOO_LARGE where `maxRows` would cut rows, so that nothing is written. */
  readonly wholeRows?: boolean;
}

export interface StatementResult {
  /** The main verb: INSERT, UPDATE, DELETE, CREATE_TABLE, SELECT, … */
  readonly statementType: string;
  readonly affectedRows: number;
  /** The rowid of the last row that an INSERT itself inserted; null for any other statement. */
  readonly lastInsertId: bigint | null;
  /** Present for a query and for RETURNING. */
  readonly returning?: Rows;
}

/** Identifies a commit. If the write changed nothing and made no commit, `scn` is the head's. */
export interface CommitInfo {
  readonly scn: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  readonly changed: boolean;
}

export interface ExecuteResult extends CommitInfo {
  readonly results: readonly StatementResult[];
}

/**
 * Commits each statement separately, whatever the outcome of the others. They run in order, and share fsyncs. None knows
 * of the others' writes: `lastWrite` is told to each.
 */
export interface ExecuteEachRequest extends WriteContext, QuotingRules, AfterWrites {
  readonly statements: readonly Statement[];
  /** Maximum rows of each RETURNING; default 10,000. */
  readonly maxRows?: number;
}

/** The outcome of one of several statements. */
export type StatementOutcome =
  | { readonly ok: true; readonly commit: CommitInfo; readonly result: StatementResult }
  | { readonly ok: false; readonly error: HeliosError };

export type OnConflict = "error" | "ignore" | "update";

export interface TableRows {
  readonly table: string;
  /** Each row by column name; rows need not have the same columns. */
  readonly rows: readonly RowObject[];
}

export interface InsertRowsRequest extends WriteContext, TableRows {
  readonly onConflict: OnConflict;
  /** Rows of other tables, inserted after these in the same commit. The result counts and lists all rows. */
  readonly also?: readonly TableRows[];
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
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may only see single tables. */
  readonly ownTableOnly?: boolean;
}

export interface DeleteRowsRequest extends WriteContext {
  readonly table: string;
  readonly filter: string;
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may only see single tables. */
  readonly ownTableOnly?: boolean;
}

export interface ChangeRowsResult extends CommitInfo {
  readonly affected: number;
}
