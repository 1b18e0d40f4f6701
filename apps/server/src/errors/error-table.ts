import type { PortErrorCode } from "@heliosdb/port";

/** The conditions that only the server can detect; those of the database come with the port. */
type ServerErrorCode =
  | "BAD_REQUEST"
  | "UNKNOWN_FIELD"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "HOST_NOT_ALLOWED"
  | "KEY_NOT_FOUND"
  | "KEY_ENDED"
  | "QUERY_NOT_FOUND"
  | "USER_NOT_FOUND"
  | "USER_EXISTS"
  | "TENANT_EXISTS"
  | "BACKUP_EXISTS"
  | "WEBHOOK_NOT_FOUND"
  | "WEBHOOK_TARGET_REFUSED"
  | "ROUTE_NOT_FOUND"
  | "METHOD_NOT_ALLOWED"
  | "PAYLOAD_TOO_LARGE"
  | "URL_TOO_LONG"
  | "HEADERS_TOO_LARGE"
  | "UNSUPPORTED_MEDIA_TYPE"
  | "RATE_LIMITED"
  | "IDEMPOTENCY_MISMATCH"
  | "IDEMPOTENCY_IN_PROGRESS"
  | "IDEMPOTENCY_SECRET"
  | "IDEMPOTENCY_UNKNOWN"
  | "PREDECESSOR_FAILED"
  | "NOT_IMPLEMENTED"
  | "NOT_ACTIVE";

export type ErrorCode = PortErrorCode | ServerErrorCode;

/** The HTTP statuses of errors. */
export type ErrorStatus =
  | 400
  | 401
  | 403
  | 404
  | 405
  | 408
  | 409
  | 410
  | 413
  | 414
  | 415
  | 422
  | 429
  | 431
  | 500
  | 501
  | 503;

export interface ErrorRow {
  /** A surface may have exceptions. */
  readonly status: ErrorStatus;
  /** The message if the code that throws gives none. */
  readonly message: string;
  /** The condition, in the words of the documentation. */
  readonly when: string;
  /** Seconds for Retry-After. */
  readonly retryAfter?: number;
}

/** Every error of the server: one row, one condition. */
export const ERRORS: { readonly [C in ErrorCode]: ErrorRow } = {
  BAD_REQUEST: {
    status: 400,
    message: "The request is malformed.",
    when: "JSON that can't be parsed, malformed percent-encoding, a query parameter given twice, or a body on a GET",
  },
  UNKNOWN_FIELD: {
    status: 400,
    message: "The request has an unknown field.",
    when: "A body field or query parameter that the operation doesn't have; the message suggests a similar one",
  },
  INVALID_FIELD: {
    status: 400,
    message: "A field has an invalid value.",
    when: "Wrong JSON type, value out of range, unknown word, missing field, or an integer beyond 2^53 − 1 sent as a number",
  },
  FIELD_CONFLICT: {
    status: 400,
    message: "Two fields contradict each other.",
    when: "Both names of one field (`parent` and `source_branch`), or two fields that exclude each other",
  },
  FILTER_REQUIRED: {
    status: 400,
    message: 'A filter is required. To mean all rows, send "filter": "true".',
    when: "An update or delete with no filter, or with one that is empty, blank or only a comment",
  },
  INVALID_FILTER: {
    status: 400,
    message: "Invalid filter. Expected one SQL expression.",
    when: "A `filter` or `order_by` that can't be parsed, has unbalanced parentheses, or contains `;` or a placeholder",
  },
  INVALID_BRANCH_NAME: {
    status: 400,
    message:
      "Invalid branch name. Expected 1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit.",
    when: "A new branch's name has other characters, is too long, or looks like an id (`br_…`)",
  },
  INVALID_POINT: {
    status: 400,
    message: "Invalid point in time. Expected seconds since 1970, ISO 8601, scn:N, tx:N or snapshot:ID.",
    when: "A point in time that can't be parsed",
  },
  INVALID_CURSOR: {
    status: 400,
    message: "The cursor belongs to another request. Start again without a cursor.",
    when: "A cursor that was changed, or that belongs to another request",
  },
  PARAM_COUNT: {
    status: 400,
    message: "The number of parameters doesn't match the number of placeholders.",
    when: "More or fewer parameters than placeholders in the SQL",
  },
  PARAM_TYPE: {
    status: 400,
    message: "A parameter's value doesn't match its type.",
    when: "A typed parameter whose value doesn't match its type or is out of range",
  },
  INVALID_SQL: { status: 400, message: "Invalid SQL syntax", when: "SQL that can't be parsed" },
  MULTIPLE_STATEMENTS: {
    status: 400,
    message: "Expected exactly one statement. Send several to /batch.",
    when: "More than one statement where one is expected, or none at all; /batch takes several",
  },
  NOT_A_QUERY: {
    status: 400,
    message: "This statement can write. Send it to /execute.",
    when: "A statement that can write, sent to /query",
  },
  NOT_A_STATEMENT: {
    status: 400,
    message: "This statement only reads. Send it to /query.",
    when: "A statement that only reads, sent to /execute",
  },
  TRANSACTION_CONTROL: {
    status: 400,
    message: "Each request is one transaction. Send several statements to /batch, or begin a transaction.",
    when: "BEGIN, COMMIT or ROLLBACK as a statement; SAVEPOINT, ROLLBACK TO or RELEASE outside a transaction",
  },
  UNAUTHORIZED: {
    status: 401,
    message: "Missing or invalid authentication credentials",
    when: "No credential, or only invalid ones: wrong, expired or revoked. All have the same message",
  },
  FORBIDDEN: {
    status: 403,
    message: "Insufficient permissions",
    when:
      "A known identity without the scope that the operation needs, of a tenant that doesn't exist here, or with a key " +
      "whose limits to branches or tables don't allow the operation",
  },
  HOST_NOT_ALLOWED: {
    status: 403,
    message: "This server runs without authentication and accepts requests only from its own machine.",
    when: "Authentication is off, and `Host` is not a loopback name or `Origin` is not allowed",
  },
  SQL_NOT_ALLOWED: {
    status: 403,
    message: "This SQL is not allowed.",
    when:
      "ATTACH, DETACH, VACUUM, TEMP objects, most PRAGMAs, load_extension or a reserved name, alone, after " +
      "EXPLAIN, or in the text of a view or a trigger; or a filter that " +
      "reads other tables, with a key limited to tables",
  },
  BRANCH_READ_ONLY: {
    status: 403,
    message: "The branch is read-only.",
    when: "A write to, or a merge into, a branch that is `read_only`",
  },
  BRANCH_PROTECTED: {
    status: 403,
    message: "The branch is protected.",
    when: "Deleting, renaming or resetting `main`, deleting or resetting a protected branch, or writing directly to one",
  },
  BRANCH_NOT_FOUND: { status: 404, message: "Branch not found", when: "No such branch in this database" },
  TABLE_NOT_FOUND: {
    status: 404,
    message: "Table not found",
    when: "The table in the path doesn't exist (at the point in time, where one is given)",
  },
  ROW_NOT_FOUND: { status: 404, message: "Row not found", when: "The table never had a row with this key" },
  SNAPSHOT_NOT_FOUND: {
    status: 404,
    message: "Snapshot not found",
    when: "The branch's history has no such snapshot or transaction",
  },
  KEY_NOT_FOUND: { status: 404, message: "API key not found", when: "No such API key in this tenant" },
  USER_NOT_FOUND: { status: 404, message: "User not found", when: "No such user in this tenant" },
  WEBHOOK_NOT_FOUND: {
    status: 404,
    message: "Webhook not found",
    when: "No such webhook in this tenant, or no such delivery in its log",
  },
  TENANT_NOT_FOUND: { status: 404, message: "Tenant not found", when: "No such tenant" },
  IDEMPOTENCY_MISMATCH: {
    status: 422,
    message: "This Idempotency-Key was used for another request. Send a new key.",
    when: "An `Idempotency-Key` that was sent before with another method, path or body",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    message:
      "The first request with this Idempotency-Key is still in progress. Send it again later to get its response.",
    when: "The first request with this `Idempotency-Key` is still in progress; send it again to get its response",
    retryAfter: 1,
  },
  IDEMPOTENCY_SECRET: {
    status: 409,
    message:
      "The first request with this Idempotency-Key took effect. Its response had a secret, which is shown only once.",
    when: "The response to the first request with this `Idempotency-Key` had a secret, which is not stored",
  },
  IDEMPOTENCY_UNKNOWN: {
    status: 409,
    message:
      "The server stopped during the first request with this Idempotency-Key. Check whether it took effect, " +
      "and send a new key to repeat it.",
    when: "The server stopped during the first request with this `Idempotency-Key`, and its outcome is unknown",
  },
  PREDECESSOR_FAILED: {
    status: 409,
    message:
      "The request named by Idempotency-After has not succeeded, so this one was not run. Send that one again first.",
    when: "The request named by `Idempotency-After` failed, was never sent, or is not known any more; nothing was done",
  },
  ROUTE_NOT_FOUND: { status: 404, message: "This path doesn't exist.", when: "No such path" },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: "This path doesn't support that method.",
    when: "The path exists, but not with this method; the `Allow` header lists its methods",
  },
  QUERY_NOT_FOUND: {
    status: 404,
    message: "No such query is running. It may have ended, or belong to somebody else.",
    when: "The query to be cancelled has ended, is somebody else's, or was too short to be listed",
  },
  TRANSACTION_NOT_FOUND: {
    status: 404,
    message: "No such transaction is open on this branch.",
    when: "A `transaction_id` that was never given out, is somebody else's or another branch's, or was committed or rolled back",
  },
  TRANSACTION_EXPIRED: {
    status: 410,
    message: "The transaction was rolled back because it took too long.",
    when: "The transaction got no request in time, or was open for too long. Nothing of it was written; begin a new one",
  },
  TRANSACTION_LOST: {
    status: 409,
    message: "The transaction is gone, and nothing of it was written.",
    when: "The process that ran the transaction ended, or one of its statements exceeded its timeout. Nothing of it was written; begin a new one",
  },
  TRANSACTION_ABORTED: {
    status: 409,
    message: "The transaction was rolled back, and nothing of it was written.",
    when: "A statement rolled the transaction back (`OR ROLLBACK`, `RAISE(ROLLBACK, …)`). Begin a new one",
  },
  TRANSACTION_CONFLICT: {
    status: 409,
    message: "The branch has changed since the transaction read it.",
    when: "The first write of a transaction with mode `deferred`, on a branch that has changed since the transaction read it",
  },
  BRANCH_BUSY: {
    status: 409,
    message: "The branch is in use by another transaction.",
    when:
      "A transaction waited for its branch for `wait_ms`, while another transaction or a long write had it; or a branch " +
      "was to be deleted without `force` while a transaction was open on it",
    retryAfter: 1,
  },
  QUERY_TIMEOUT: {
    status: 408,
    message: "Query exceeded its timeout limit",
    when: "`timeout_ms`, or the default of 30 seconds, has passed; the request was stopped and wrote nothing",
  },
  QUERY_CANCELLED: {
    status: 409,
    message: "The request was cancelled. It had no effect.",
    when: "Somebody cancelled the request while it ran or waited; it wrote nothing",
  },
  BRANCH_EXISTS: { status: 409, message: "A branch with that name already exists.", when: "The name is in use" },
  SNAPSHOT_EXISTS: {
    status: 409,
    message: "The branch already has such a snapshot.",
    when: "The name is in use on the branch, or the state already has a snapshot",
  },
  USER_EXISTS: { status: 409, message: "A user with that id already exists.", when: "The id is in use in this tenant" },
  KEY_ENDED: {
    status: 409,
    message: "The API key is no longer valid.",
    when: "Rotating a key that was revoked, has expired, or has just been rotated by another request",
  },
  BACKUP_EXISTS: { status: 409, message: "A backup with that name already exists.", when: "The name is in use" },
  BACKUP_RUNNING: {
    status: 409,
    message: "Another backup is being made. Try again when it is complete.",
    when: "Only one backup runs at a time; try again when it is complete",
  },
  TENANT_EXISTS: { status: 409, message: "A tenant with that name already exists.", when: "The name is in use" },
  BRANCH_HAS_CHILDREN: {
    status: 409,
    message: "Other branches fork from this branch. Delete them first.",
    when: "Deleting a branch that others fork from; the response lists them",
  },
  EXTERNAL_CHANGE: {
    status: 409,
    message: "Another program changed the branch's file.",
    when: "Something other than this server wrote to the branch's file",
  },
  MERGE_CONFLICT: {
    status: 409,
    message: "Merge has conflicts requiring resolution",
    when: "Conflicts with the strategy `Manual` (all are listed) or `abort` (the first is listed); nothing was changed",
  },
  MERGE_CONSTRAINT: {
    status: 409,
    message: "The merged state would break a constraint. Nothing was changed.",
    when: "The merged rows would break a constraint; the response names table, key and constraint; nothing was changed",
  },
  TARGET_MOVED: {
    status: 409,
    message: "The branch has newer commits than expected.",
    when: "`if_target_scn` or `if_scn` is not the branch's current SCN",
  },
  UNIQUE_VIOLATION: {
    status: 409,
    message: "A row with that key already exists.",
    when: "A UNIQUE or PRIMARY KEY constraint is violated, with `on_conflict: error`",
  },
  FOREIGN_KEY_VIOLATION: {
    status: 409,
    message: "A FOREIGN KEY constraint failed.",
    when: "A FOREIGN KEY constraint is violated",
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: "The body is too large.",
    when: "A body larger than HELIOSDB_MAX_BODY_BYTES, or a file larger than HELIOSDB_MAX_FILE_BYTES",
  },
  URL_TOO_LONG: {
    status: 414,
    message: "The URL is too long.",
    when: "A URL of more than 65,536 characters. Send a long condition in a body instead: `POST /v1/branches/{branch}/query`",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: "Unsupported media type. Send the body as application/json.",
    when: "The `Content-Type` of a body is not JSON, or not SQLite where a file is expected",
  },
  INVALID_MERGE: {
    status: 422,
    message: "These branches can't be merged this way.",
    when: "A merge into itself, `delete_source_after_merge` for a source that can't be deleted, or a resolution that doesn't name a conflict",
  },
  INVALID_FILE: {
    status: 422,
    message: "The file can't be imported.",
    when: "A file that is not a SQLite database, is damaged, or contains reserved names",
  },
  NOT_NULL_VIOLATION: { status: 422, message: "A column must not be null.", when: "A NOT NULL constraint is violated" },
  CHECK_VIOLATION: { status: 422, message: "A CHECK constraint failed.", when: "A CHECK constraint is violated" },
  TYPE_MISMATCH: {
    status: 422,
    message: "A value doesn't match the column's type.",
    when: "A value that a STRICT table or an INTEGER PRIMARY KEY refuses, or a write to a generated column",
  },
  SQL_NAME_NOT_FOUND: {
    status: 422,
    message: "No such table, column or function.",
    when: "Valid SQL, or `rows`, `values`, `columns`, `order_by` or `filter`, that names something that doesn't exist",
  },
  SQL_ERROR: { status: 422, message: "The statement failed.", when: "Any other error while SQL runs" },
  POINT_IN_FUTURE: { status: 422, message: "The point in time is in the future.", when: "A point in time after now" },
  POINT_BEFORE_HISTORY: {
    status: 422,
    message: "The point in time is before the branch's history.",
    when: "A point in time before the branch's first commit",
  },
  POINT_EXPIRED: {
    status: 422,
    message: "Retention removed the history of that point in time.",
    when: "A point in time whose history retention has removed",
  },
  TABLE_NOT_VERSIONED: {
    status: 422,
    message: "This table can't be versioned.",
    when: "DDL or a read of the past that can't be versioned",
  },
  WEBHOOK_TARGET_REFUSED: {
    status: 422,
    message: "Webhooks can't be sent to this URL.",
    when: "A webhook's URL that is not http or https, holds credentials, can't be resolved, or leads to an address that is not public",
  },
  RESOURCE_LIMIT: {
    status: 422,
    message: "The statement needs more memory or disk than is allowed.",
    when: "A statement, or a merge, that reached the limit on memory or temporary disk space",
  },
  RESULT_TOO_LARGE: {
    status: 422,
    message: "The response is too large. Ask for less.",
    when: "The values of one response are larger than HELIOSDB_MAX_ANSWER_BYTES; nothing was changed. Streamed rows (`Accept: application/x-ndjson`) have no such limit",
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: "The URL and the headers are too large.",
    when: "The URL and the headers together are larger than 131,072 bytes",
  },
  RATE_LIMITED: {
    status: 429,
    message: "Rate limit exceeded",
    when: "Too many requests; `Retry-After` says when to try again",
  },
  INTERNAL_ERROR: {
    status: 500,
    message: "Internal server error",
    when: "A bug. The response has only the request id; the server's log has the details",
  },
  NOT_IMPLEMENTED: {
    status: 501,
    message: "This feature is turned off.",
    when: "A feature that this server's configuration turns off",
  },
  OVERLOADED: {
    status: 503,
    message: "The server is overloaded. Try again shortly.",
    when: "Too many requests are waiting",
    retryAfter: 1,
  },
  SHUTTING_DOWN: {
    status: 503,
    message: "The server is shutting down.",
    when: "The server is shutting down",
    retryAfter: 5,
  },
  NOT_ACTIVE: {
    status: 503,
    message: "This node is not the active one of its cell at the moment. Try again, here or at another node.",
    when: "The node of a cell is a standby that can't reach the active node, or it can't reach the store that says who is active",
    retryAfter: 1,
  },
  WORKER_LOST: {
    status: 503,
    message: "The process that ran the request ended.",
    when: "The database process crashed during the request, and again when the request was retried",
    retryAfter: 1,
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    message: "The storage is unavailable.",
    when: "The disk is full or read-only, or a file of the database is missing, damaged, or belongs to another database",
    retryAfter: 10,
  },
};

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];
