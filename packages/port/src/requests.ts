import type { BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";
import type { BindValue, Cell, ColumnType } from "./values.js";

export interface TableColumn {
  readonly name: string;
  readonly type: ColumnType;
  readonly declaredType: string;
  readonly nullable: boolean;
  /** 1-based place in the primary key, 0 outside it. */
  readonly primaryKey: number;
  readonly generated: boolean;
}

export interface TableInfo {
  readonly name: string;
  readonly rowCount: number;
  /** About what the rows take, from a sample; indexes and history not included. */
  readonly sizeBytes: number;
  readonly createdAt: number;
  readonly columns: readonly TableColumn[];
  readonly indexes: readonly string[];
}

/** Milliseconds from the moment the port takes the request, queueing included. Absent: the port's default. */
export type Deadline = number;

export interface QueryRequest {
  readonly branch: BranchRef;
  readonly at?: PointInTime;
  readonly sql: string;
  readonly params?: readonly BindValue[];
  readonly maxRows?: number;
  readonly explain?: boolean;
  readonly deadlineMs?: Deadline;
}

export interface QueryResult {
  readonly columns: readonly string[];
  readonly columnTypes: readonly ColumnType[];
  readonly rows: readonly (readonly Cell[])[];
  /** True when maxRows cut the answer. */
  readonly truncated: boolean;
  /** The SCN that was read. */
  readonly scn: number;
  /** Present when asked for: the plan, one line a step, indented by depth. */
  readonly plan?: string;
}

/** Characters of a cursor of table data at most: it travels in a URL. */
export const MAX_CURSOR_LENGTH = 4096;

export interface ReadTableRequest {
  readonly branch: BranchRef;
  readonly table: string;
  readonly at?: PointInTime;
  /** One SQL expression. */
  readonly filter?: string;
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may see single tables only. */
  readonly ownTableOnly?: boolean;
  /** Comma-separated names. */
  readonly columns?: string;
  /** Comma-separated names, each with ASC or DESC and NULLS FIRST or LAST if wanted. */
  readonly orderBy?: string;
  readonly limit: number;
  readonly offset: number;
  /**
   * `next` of a page of the same rows in the same order, which this page follows, and which says what moment is read.
   * Rejects with INVALID_CURSOR where it is none, or of something else.
   */
  readonly cursor?: string;
  readonly includeTotal: boolean;
  readonly deadlineMs?: Deadline;
}

export interface ReadTableResult extends QueryResult {
  /** All rows that fit the filter; absent when not asked for. */
  readonly total?: number;
  readonly hasMore: boolean;
  /**
   * The cursor of the next page, or null on the last one; also of a view, whose rows have no key, and of a key that is
   * too long for a cursor.
   */
  readonly next: string | null;
}

export interface Statement {
  readonly sql: string;
  readonly params?: readonly BindValue[];
}

/**
 * How ids of requests begin that are remembered for the newest 20,000 changes of the database, so that they can be
 * repeated after a restart of everything; others are remembered for 2,000.
 */
export const LASTING_REQUEST = "lasting-";

export function isLastingRequest(id: string): boolean {
  return id.startsWith(LASTING_REQUEST);
}

/** What every write may carry. */
export interface WriteContext {
  readonly branch: BranchRef;
  /** Who writes, as it is to stand in the history. */
  readonly author: string;
  readonly message?: string;
  /** A retry with the same id returns the first outcome instead of writing twice; see LASTING_REQUEST. */
  readonly requestId?: string;
  readonly deadlineMs?: Deadline;
}

/** All statements or none, as one commit. */
export interface ExecuteRequest extends WriteContext {
  readonly statements: readonly Statement[];
  /** Rows that RETURNING may give back; default 10,000. */
  readonly maxRows?: number;
}

export interface StatementResult {
  /** INSERT, UPDATE, DELETE, CREATE_TABLE, …: the main verb. */
  readonly statementType: string;
  readonly affectedRows: number;
  /** Present for RETURNING. */
  readonly returning?: {
    readonly columns: readonly string[];
    readonly columnTypes: readonly ColumnType[];
    readonly rows: readonly (readonly Cell[])[];
    readonly truncated: boolean;
  };
}

/** What a commit is known by. `scn` is the head's when the write changed nothing and made no commit. */
export interface CommitInfo {
  readonly scn: number;
  readonly timestamp: number;
  readonly changed: boolean;
}

export interface ExecuteResult extends CommitInfo {
  readonly results: readonly StatementResult[];
}

export type OnConflict = "error" | "ignore" | "update";

export interface InsertRowsRequest extends WriteContext {
  readonly table: string;
  /** Each row by column name; rows need not have the same columns. */
  readonly rows: readonly { readonly [column: string]: BindValue }[];
  readonly onConflict: OnConflict;
}

export interface InsertRowsResult extends CommitInfo {
  readonly inserted: number;
  readonly updated: number;
  readonly skipped: number;
  /** Key values in row order, composite ones as arrays; null for a skipped row. */
  readonly ids: readonly (Cell | readonly Cell[])[];
}

export interface UpdateRowsRequest extends WriteContext {
  readonly table: string;
  readonly values: { readonly [column: string]: BindValue };
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

export interface ResolveRequest {
  readonly branch: BranchRef;
  readonly at: PointInTime;
}

export interface ResolvedPoint {
  readonly scn: number;
  readonly timestamp: number;
}
