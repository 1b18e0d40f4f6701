import type { BranchRef } from "./branches.js";
import type { JsonRowForm } from "./json-rows.js";
import type { PointInTime } from "./point.js";
import type { Column, Row, Value } from "./values.js";

/** Milliseconds from when the port receives the request, queueing included. Absent: the port's default. */
export type Deadline = number;

/**
 * Values of a statement's placeholders: in order for `?`, `$1` and `?1`, or by name (without `:`, `@` or `$`) for
 * `:name`, `@name` and `$name`.
 */
export type Parameters = readonly Value[] | { readonly [name: string]: Value };

/**
 * Takes a name in double quotes that is no column for a string, as SQLite does unless it is built otherwise. In a
 * statement that changes the schema such names are kept as strings. Not in the bodies of triggers.
 */
export interface QuotingRules {
  readonly doubleQuotedStrings?: boolean;
}

/** What SQLite's changes(), total_changes() and last_insert_rowid() tell. */
export interface LastWrite {
  readonly changes: number;
  readonly totalChanges: number;
  readonly rowid: bigint;
}

/** A caller that keeps a connection for its client knows what that has written in earlier requests. */
export interface AfterWrites {
  /**
   * What the functions tell as the request begins. Without it they know nothing, as on a new connection, and in a
   * transaction its own writes.
   */
  readonly lastWrite?: LastWrite;
}

export interface QueryRequest extends QuotingRules, AfterWrites {
  readonly branch: BranchRef;
  /** Default now. A table with AS OF is read at a point in time of its own instead. */
  readonly at?: PointInTime;
  readonly sql: string;
  readonly params?: Parameters;
  /** Default and maximum: `maxRows` of the capabilities. */
  readonly maxRows?: number;
  /** Also requests the plan. */
  readonly explain?: boolean;
  /** The branch must be at this SCN or later; otherwise the request is refused with POINT_IN_FUTURE. */
  readonly atLeastScn?: number;
  /** `at` is the state of a transaction. There, AS OF is refused. */
  readonly inTransaction?: boolean;
  readonly deadlineMs?: Deadline;
}

export interface DescribeRequest {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
  /** One statement of any kind. */
  readonly sql: string;
  /** As for a query. */
  readonly inTransaction?: boolean;
  readonly deadlineMs?: Deadline;
}

/** Facts about a statement, found without running it. */
export interface StatementDescription {
  /** Each placeholder in order: its name with its prefix, or null for `?`. */
  readonly parameters: readonly (string | null)[];
  /** Of its rows; empty if it gives none. */
  readonly columns: readonly Pick<Column, "name" | "declared">[];
  /** It only reads. */
  readonly isReadonly: boolean;
  readonly isExplain: boolean;
}

export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** True if `maxRows` cut the result. */
  readonly truncated: boolean;
}

export interface QueryResult extends Rows {
  /** The SCN that was read. */
  readonly scn: number;
  /** Present if requested: the plan, one line for each step, indented by depth. */
  readonly plan?: string;
}

/** Rows as JSON text, made where they are read; see json-rows.ts. */
export interface JsonRows {
  readonly columns: readonly Column[];
  /** A JSON list. */
  readonly json: string;
  readonly rowCount: number;
  readonly truncated: boolean;
}

export interface JsonQueryRequest extends QueryRequest {
  readonly rows: JsonRowForm;
}

export interface JsonQueryResult extends JsonRows, Omit<QueryResult, keyof Rows> {}

/** Maximum length of a cursor of table data in characters: it travels in a URL. */
export const MAX_CURSOR_LENGTH = 4096;

export interface ReadTableRequest {
  readonly branch: BranchRef;
  readonly table: string;
  /** Default now. */
  readonly at?: PointInTime;
  /** One SQL expression. */
  readonly filter?: string;
  /** The filter may not reach other tables (SQL_NOT_ALLOWED), for callers who may only see single tables. */
  readonly ownTableOnly?: boolean;
  /** Comma-separated names. */
  readonly columns?: string;
  /**
   * Each different row of `columns` once, in the columns' order unless another is requested. Such rows have no key:
   * `next` is always null.
   */
  readonly distinct?: boolean;
  /** Comma-separated names, each with an optional ASC or DESC and NULLS FIRST or LAST. */
  readonly orderBy?: string;
  readonly limit: number;
  readonly offset: number;
  /**
   * `next` of the previous page. It belongs to the same rows in the same order, and determines the state that is read.
   * Refused with INVALID_CURSOR if it is malformed or belongs to another request.
   */
  readonly cursor?: string;
  readonly includeTotal: boolean;
  readonly deadlineMs?: Deadline;
}

export interface ReadTableResult extends QueryResult {
  /** Number of rows that match the filter; absent if not requested. */
  readonly total?: number;
  readonly hasMore: boolean;
  /**
   * The cursor of the next page. Null on the last one, for a view, whose rows have no key, and if the key is too long
   * for a cursor.
   */
  readonly next: string | null;
}

export interface JsonReadTableRequest extends ReadTableRequest {
  readonly rows: JsonRowForm;
}

export interface JsonReadTableResult extends JsonRows, Omit<ReadTableResult, keyof Rows> {}

export interface ResolveRequest {
  readonly branch: BranchRef;
  readonly at: PointInTime;
}

export interface ResolvedPoint {
  readonly scn: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
}
