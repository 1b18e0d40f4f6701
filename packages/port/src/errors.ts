import type { MergeConflict } from "./conflict.js";
import type { Json } from "./values.js";

/** The conditions that the database behind the port can report. The server adds those of HTTP and identity. */
export const PORT_ERROR_CODES = [
  "INVALID_FIELD",
  "FIELD_CONFLICT",
  "FILTER_REQUIRED",
  "INVALID_FILTER",
  "INVALID_BRANCH_NAME",
  "INVALID_POINT",
  "INVALID_CURSOR",
  "PARAM_COUNT",
  "PARAM_TYPE",
  "INVALID_SQL",
  "MULTIPLE_STATEMENTS",
  "NOT_A_QUERY",
  "NOT_A_STATEMENT",
  "TRANSACTION_CONTROL",
  "SQL_NOT_ALLOWED",
  "BRANCH_NOT_FOUND",
  "TABLE_NOT_FOUND",
  "ROW_NOT_FOUND",
  "SNAPSHOT_NOT_FOUND",
  "SNAPSHOT_EXISTS",
  "TENANT_NOT_FOUND",
  "TRANSACTION_NOT_FOUND",
  "TRANSACTION_EXPIRED",
  "TRANSACTION_LOST",
  "TRANSACTION_ABORTED",
  "TRANSACTION_CONFLICT",
  "BRANCH_BUSY",
  "QUERY_TIMEOUT",
  "QUERY_CANCELLED",
  "BRANCH_EXISTS",
  "BRANCH_PROTECTED",
  "BRANCH_HAS_CHILDREN",
  "BRANCH_READ_ONLY",
  "EXTERNAL_CHANGE",
  "MERGE_CONFLICT",
  "MERGE_CONSTRAINT",
  "TARGET_MOVED",
  "INVALID_MERGE",
  "INVALID_FILE",
  "UNIQUE_VIOLATION",
  "FOREIGN_KEY_VIOLATION",
  "NOT_NULL_VIOLATION",
  "CHECK_VIOLATION",
  "TYPE_MISMATCH",
  "SQL_NAME_NOT_FOUND",
  "SQL_ERROR",
  "POINT_IN_FUTURE",
  "POINT_BEFORE_HISTORY",
  "POINT_EXPIRED",
  "TABLE_NOT_VERSIONED",
  "RESOURCE_LIMIT",
  "RESULT_TOO_LARGE",
  "BACKUP_EXISTS",
  "BACKUP_RUNNING",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "WORKER_LOST",
  "STORAGE_UNAVAILABLE",
  "INTERNAL_ERROR",
] as const;
export type PortErrorCode = (typeof PORT_ERROR_CODES)[number];

/**
 * Machine-readable data of an error, under the same names everywhere: `table`, `column`, `columns`, `constraint`,
 * `row_index`, `statement_index`, `offset`, `conflict_count`, `children`, `key`, `scn`, and for the readable history
 * `earliest`, `latest` (ISO 8601), `earliest_scn`, `latest_scn`.
 */
export type ErrorData = { readonly [name: string]: Json };

/** The database's own error. */
export interface NativeError {
  /** SQLITE_CONSTRAINT_UNIQUE and the like. */
  readonly code: string;
  readonly text: string;
}

/** Details of an error, in addition to its data. */
export interface ErrorDetails {
  readonly native?: NativeError;
  /** The conflicts of a MERGE_CONFLICT; with the strategy `abort`, only the first. */
  readonly conflicts?: readonly MergeConflict[];
}

/**
 * An error that a user caused or must know about. Anything else that is thrown is a bug and is reported as
 * INTERNAL_ERROR.
 */
export class HeliosError extends Error {
  override readonly name = "HeliosError";
  readonly native: NativeError | undefined;
  readonly conflicts: readonly MergeConflict[] | undefined;

  constructor(
    readonly code: PortErrorCode,
    message: string,
    readonly data: ErrorData = {},
    { native, conflicts }: ErrorDetails = {},
  ) {
    super(message);
    this.native = native;
    this.conflicts = conflicts;
  }

  /** The same error with more data. */
  with(data: ErrorData): HeliosError {
    return new HeliosError(this.code, this.message, { ...this.data, ...data }, this);
  }

  /** Converts an error for another process, as exact JSON. */
  toWire(): WireError {
    const { code, message, data, native, conflicts } = this;
    return { code, message, data, ...(native && { native }), ...(conflicts && { conflicts }) };
  }

  static fromWire({ code, message, data, ...details }: WireError): HeliosError {
    return new HeliosError(code, message, data, details);
  }
}

export interface WireError extends ErrorDetails {
  readonly code: PortErrorCode;
  readonly message: string;
  readonly data: ErrorData;
}
