/** The fields of an error response besides its message. */
export interface HeliosDBErrorInfo {
  /** The machine-readable code, such as `BRANCH_NOT_FOUND`; the full list is in docs/reference/errors.md. */
  readonly code: string;
  readonly status: number;
  /**
   * Machine-readable data by name: `table`, `column`, `conflicts`, `fields`, `statement_index`, `sqlite_code` and so
   * on.
   */
  readonly details: Readonly<Record<string, unknown>>;
  /** The id under which the server logged the request. */
  readonly requestId?: string;
  /** Seconds to wait before trying again, if the server sent them. */
  readonly retryAfter?: number;
}

/** Any failure of a call: an error response of the server, or no response at all (see the subclasses). */
export class HeliosDBError extends Error {
  override readonly name: string = "HeliosDBError";
  /** The machine-readable code, such as `BRANCH_NOT_FOUND`. */
  readonly code: string;
  /** The HTTP status; 0 if there was no response. */
  readonly status: number;
  /** Machine-readable data by name, such as `conflicts` of a `MERGE_CONFLICT`. */
  readonly details: Readonly<Record<string, unknown>>;
  readonly requestId: string | undefined;
  /** Seconds to wait before trying again, if the server sent them. */
  readonly retryAfter: number | undefined;

  constructor(message: string, info: HeliosDBErrorInfo, options?: ErrorOptions) {
    super(message, options);
    this.code = info.code;
    this.status = info.status;
    this.details = info.details;
    this.requestId = info.requestId;
    this.retryAfter = info.retryAfter;
  }
}

/** Marks these errors for every copy of this library: a program may load it as ESM and as CommonJS. */
export const BRAND = Symbol.for("@heliosdb/client.error");
Object.defineProperty(HeliosDBError.prototype, BRAND, { value: true });

/** 400 and 422: the request itself is wrong, and sending it again can't help. */
export class InvalidRequestError extends HeliosDBError {
  override readonly name = "InvalidRequestError";
}

/** 401 and 403: no valid credential, or one that may not do this. */
export class AuthenticationError extends HeliosDBError {
  override readonly name = "AuthenticationError";
}

/** 404: no such branch, table, snapshot or key. */
export class NotFoundError extends HeliosDBError {
  override readonly name = "NotFoundError";
}

/** 408: the statement exceeded its timeout; it was stopped and wrote nothing. */
export class QueryTimeoutError extends HeliosDBError {
  override readonly name = "QueryTimeoutError";
}

/** 409: a name in use, a merge conflict, a broken constraint, a target that moved. */
export class ConflictError extends HeliosDBError {
  override readonly name = "ConflictError";
}

/** 429 after the last attempt; `retryAfter` says when to try again. */
export class RateLimitedError extends HeliosDBError {
  override readonly name = "RateLimitedError";
}

/** No response: connection refused or lost, or the client's own time limit passed. A write may have happened. */
export class ConnectionError extends HeliosDBError {
  override readonly name: string = "ConnectionError";

  constructor(message: string, code: "CONNECTION_FAILED" | "REQUEST_TIMEOUT" | "INVALID_ANSWER", cause?: unknown) {
    super(message, { code, status: 0, details: {} }, { cause });
  }
}

const BY_STATUS: Readonly<Record<number, new (message: string, info: HeliosDBErrorInfo) => HeliosDBError>> = {
  400: InvalidRequestError,
  401: AuthenticationError,
  403: AuthenticationError,
  404: NotFoundError,
  408: QueryTimeoutError,
  409: ConflictError,
  422: InvalidRequestError,
  429: RateLimitedError,
};

/** The error class for a status; plain HeliosDBError for the rest. */
export function errorOf(message: string, info: HeliosDBErrorInfo): HeliosDBError {
  const Class = BY_STATUS[info.status] ?? HeliosDBError;
  return new Class(message, info);
}
