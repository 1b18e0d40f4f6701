import type { BranchRef } from "./branches.js";
import type { JsonRowForm } from "./json-rows.js";
import type { PointInTime } from "./point.js";
import type { Column, Row, Value } from "./values.js";

/** Milliseconds from the moment the port takes the request, queueing included. Absent: the port's default. */
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

export interface QueryRequest extends QuotingRules {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
  readonly sql: string;
  readonly params?: Parameters;
  /** Default and bound: `maxRows` of the capabilities. */
  readonly maxRows?: number;
  /** Also asks for the plan. */
  readonly explain?: boolean;
  /** The branch must be at this SCN at least, or the request is refused with POINT_IN_FUTURE. */
  readonly atLeastScn?: number;
  readonly deadlineMs?: Deadline;
}

export interface Rows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** True when `maxRows` cut the result. */
  readonly truncated: boolean;
}

export interface QueryResult extends Rows {
  /** The SCN that was read. */
  readonly scn: number;
  /** Present when asked for: the plan, one line a step, indented by depth. */
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

/** Characters of a cursor of table data at most: it travels in a URL. */
export const MAX_CURSOR_LENGTH = 4096;

export interface ReadTableRequest {
  readonly branch: BranchRef;
  readonly table: string;
  /** Default now. */
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
   * `next` of the page before. It belongs to the same rows in the same order, and says which moment is read. Refused
   * with INVALID_CURSOR where it is malformed or belongs to another request.
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
   * The cursor of the next page. Null on the last one, of a view, whose rows have no key, and where the key is too long
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
