import type { PortErrorCode } from "@heliosdb/port";

/** The conditions that only the server can meet; those of the database come with the port. */
type ServerErrorCode =
  | "BAD_REQUEST"
  | "UNKNOWN_FIELD"
  | "UNAUTHORIZED"
  | "FORBIDDEN"
  | "HOST_NOT_ALLOWED"
  | "KEY_NOT_FOUND"
  | "KEY_ENDED"
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
  | "NOT_IMPLEMENTED";

export type ErrorCode = PortErrorCode | ServerErrorCode;

export interface ErrorRow {
  /** Of HTTP. A surface may have exceptions. */
  readonly status: number;
  /** What the response says when nobody had anything more exact to say. */
  readonly message: string;
  /** The condition, as the documentation words it. */
  readonly when: string;
  /** Seconds for Retry-After. */
  readonly retryAfter?: number;
}

/** Every error of the server: one row, one condition. */
export const ERRORS: { readonly [C in ErrorCode]: ErrorRow } = {
  BAD_REQUEST: {
    status: 400,
    message: "The request is malformed",
    when: "JSON that can't be parsed, bad percent-encoding, a query parameter given twice, or a body on a GET",
  },
  UNKNOWN_FIELD: {
    status: 400,
    message: "The request has a field that this operation does not take",
    when: "A body field or query parameter that the operation does not have; the message names the near one",
  },
  INVALID_FIELD: {
    status: 400,
    message: "A field has a value that it can't take",
    when: "Wrong JSON type, out of range, unknown word, missing field, or an integer beyond 2^53 − 1 not sent as text",
  },
  FIELD_CONFLICT: {
    status: 400,
    message: "Two fields contradict each other",
    when: "Both names of one thing (`parent` and `source_branch`), or two fields that exclude each other",
  },
  FILTER_REQUIRED: {
    status: 400,
    message: 'A filter is required; to mean all rows, send "filter": "true"',
    when: "Update or delete with no filter, or an empty, blank or comment-only one",
  },
  INVALID_FILTER: {
    status: 400,
    message: "The filter is not one SQL expression",
    when: "A filter or order_by that does not tokenize, is unbalanced, holds `;` or a bind parameter",
  },
  INVALID_BRANCH_NAME: {
    status: 400,
    message: "A branch name has 1 to 100 letters, digits, hyphens and underscores, and starts with a letter or digit",
    when: "A new branch's name with other characters, too long, or shaped like an id (`br_…`)",
  },
  INVALID_POINT: {
    status: 400,
    message: "That is no point in time",
    when: "A point in time that can't be parsed",
  },
  INVALID_CURSOR: {
    status: 400,
    message: "The cursor does not belong to this query",
    when: "A cursor that was changed, or that is of another query",
  },
  PARAM_COUNT: {
    status: 400,
    message: "The number of parameters is not the number of placeholders",
    when: "More or fewer parameters than placeholders in the SQL",
  },
  PARAM_TYPE: {
    status: 400,
    message: "A parameter's value is not of its type",
    when: "A typed parameter whose value is not of its type or out of its range",
  },
  INVALID_SQL: { status: 400, message: "Invalid SQL syntax", when: "SQL that can't be parsed" },
  MULTIPLE_STATEMENTS: {
    status: 400,
    message: "Send exactly one statement; /batch takes several",
    when: "More than one statement where one is expected, or none at all; /batch takes several",
  },
  NOT_A_QUERY: {
    status: 400,
    message: "This statement can write; send it to /execute",
    when: "A statement that can write, sent to /query",
  },
  NOT_A_STATEMENT: {
    status: 400,
    message: "This statement only reads; send it to /query",
    when: "A statement that only reads, sent to /execute",
  },
  TRANSACTION_CONTROL: {
    status: 400,
    message: "Each call is a transaction of its own; send several statements to /batch",
    when: "BEGIN, COMMIT, ROLLBACK, SAVEPOINT or RELEASE as a statement",
  },
  UNAUTHORIZED: {
    status: 401,
    message: "Missing or invalid authentication credentials",
    when: "No credential, or none that holds: wrong, expired or revoked. One message for all",
  },
  FORBIDDEN: {
    status: 403,
    message: "Insufficient permissions",
    when:
      "A known identity without the scope that the operation needs, of a tenant that does not exist here, or with a key " +
      "whose limits to branches or tables do not allow it",
  },
  HOST_NOT_ALLOWED: {
    status: 403,
    message: "This server runs without authentication and answers only to its own machine",
    when: "Authentication is off, and Host is no loopback name or Origin is not allowed",
  },
  SQL_NOT_ALLOWED: {
    status: 403,
    message: "This SQL is not allowed",
    when:
      "ATTACH, DETACH, VACUUM, TEMP objects, most PRAGMAs, load_extension, a name of the engine's own, alone, behind " +
      "EXPLAIN or in the text of a view or a trigger, or a filter that " +
      "reaches other tables, by a key limited to tables",
  },
  BRANCH_READ_ONLY: {
    status: 403,
    message: "The branch is read-only",
    when: "A write to, or a merge into, a branch that is `read_only`",
  },
  BRANCH_PROTECTED: {
    status: 403,
    message: "The branch is protected",
    when: "Deleting, renaming or resetting `main`, deleting or resetting a protected branch, or writing directly to one",
  },
  BRANCH_NOT_FOUND: { status: 404, message: "Branch not found", when: "No such branch in this database" },
  TABLE_NOT_FOUND: {
    status: 404,
    message: "Table not found",
    when: "The table in the path does not exist (at that time, if a point in time is given)",
  },
  ROW_NOT_FOUND: { status: 404, message: "Row not found", when: "A key that was never seen" },
  SNAPSHOT_NOT_FOUND: {
    status: 404,
    message: "Snapshot not found",
    when: "A snapshot or transaction id that this branch's history does not have",
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
    message: "This Idempotency-Key was used for another request: take a new one",
    when: "An `Idempotency-Key` that came with another method, path or body before",
  },
  IDEMPOTENCY_IN_PROGRESS: {
    status: 409,
    message: "The first request with this Idempotency-Key is still under way",
    when: "The first request with this `Idempotency-Key` is still under way; send it again to learn its outcome",
    retryAfter: 1,
  },
  IDEMPOTENCY_SECRET: {
    status: 409,
    message: "The first request with this Idempotency-Key took effect, and its answer held a secret that is shown once",
    when: "The answer to the first request with this `Idempotency-Key` held a secret, which is not kept",
  },
  IDEMPOTENCY_UNKNOWN: {
    status: 409,
    message:
      "The server ended while it worked on the first request with this Idempotency-Key: look whether it took effect, " +
      "and take a new key to do it again",
    when: "The server ended while it worked on the first request with this `Idempotency-Key`, and nothing tells whether it took effect",
  },
  ROUTE_NOT_FOUND: { status: 404, message: "There is nothing at this path", when: "No such path" },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: "This path does not take that method",
    when: "A path that exists with a method it does not have; the Allow header lists those it has",
  },
  QUERY_TIMEOUT: {
    status: 408,
    message: "Query exceeded its timeout limit",
    when: "`timeout_ms`, or the default of 30 seconds, has passed; the work has stopped and nothing was written",
  },
  BRANCH_EXISTS: { status: 409, message: "A branch of that name already exists", when: "The name is in use" },
  SNAPSHOT_EXISTS: {
    status: 409,
    message: "The branch has such a snapshot already",
    when: "The name is in use on the branch, or the state is kept already",
  },
  USER_EXISTS: { status: 409, message: "A user of that id already exists", when: "The id is in use in this tenant" },
  KEY_ENDED: {
    status: 409,
    message: "The API key has ended",
    when: "Rotating a key that was revoked, has expired, or was rotated by another request meanwhile",
  },
  BACKUP_EXISTS: { status: 409, message: "A backup of that name already exists", when: "The name is in use" },
  BACKUP_RUNNING: {
    status: 409,
    message: "Another backup is being made",
    when: "One backup at a time; try again when it is done",
  },
  TENANT_EXISTS: { status: 409, message: "A tenant of that name already exists", when: "The name is in use" },
  BRANCH_HAS_CHILDREN: {
    status: 409,
    message: "Other branches fork from this branch",
    when: "Deleting a branch that others fork from; the answer lists them",
  },
  EXTERNAL_CHANGE: {
    status: 409,
    message: "The branch's file was changed by another program",
    when: "A branch's file was written to by something other than this server",
  },
  MERGE_CONFLICT: {
    status: 409,
    message: "Merge has conflicts requiring resolution",
    when: "Conflicts with the strategy `Manual` (all are listed) or `abort` (the first); nothing has changed",
  },
  MERGE_CONSTRAINT: {
    status: 409,
    message: "The merged state would break a constraint",
    when: "The merged rows would break a constraint; names table, key and constraint; nothing has changed",
  },
  TARGET_MOVED: {
    status: 409,
    message: "The target has moved on",
    when: "`if_target_scn` or `if_scn` is not the branch's SCN",
  },
  UNIQUE_VIOLATION: {
    status: 409,
    message: "A row with that key already exists",
    when: "UNIQUE or PRIMARY KEY, with `on_conflict` error",
  },
  FOREIGN_KEY_VIOLATION: { status: 409, message: "A foreign key would be broken", when: "A foreign key is broken" },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    message: "The body is too large",
    when: "A body larger than HELIOSDB_MAX_BODY_BYTES, or a file larger than HELIOSDB_MAX_FILE_BYTES",
  },
  URL_TOO_LONG: {
    status: 414,
    message: "The URL is too long",
    when: "A URL of more than 65,536 characters. A long condition can stand in a body: `POST /v1/branches/{branch}/query`",
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    message: "Send the body as application/json",
    when: "A body that is not JSON, or where a file is expected no SQLite file, by its Content-Type",
  },
  INVALID_MERGE: {
    status: 422,
    message: "These branches can't be merged so",
    when: "A merge into itself, `delete_source_after_merge` for a source that can't be deleted, or a resolution that names no conflict",
  },
  INVALID_FILE: {
    status: 422,
    message: "The file can't become a branch",
    when: "A file that is no SQLite database, is damaged, or holds what is the engine's own",
  },
  NOT_NULL_VIOLATION: { status: 422, message: "A column may not be null", when: "NOT NULL is broken" },
  CHECK_VIOLATION: { status: 422, message: "A CHECK constraint failed", when: "CHECK is broken" },
  TYPE_MISMATCH: {
    status: 422,
    message: "A value is not of the column's type",
    when: "A value that a STRICT table or an INTEGER PRIMARY KEY refuses, or a write to a generated column",
  },
  SQL_NAME_NOT_FOUND: {
    status: 422,
    message: "No such table, column or function",
    when: "Valid SQL, or a `rows`, `values`, `columns`, `order_by` or `filter`, naming what does not exist",
  },
  SQL_ERROR: { status: 422, message: "The statement failed", when: "Every other error while SQL runs" },
  POINT_IN_FUTURE: { status: 422, message: "That time has not come yet", when: "A point in time after now" },
  POINT_BEFORE_HISTORY: {
    status: 422,
    message: "That time is before the branch's history",
    when: "A point in time before the first commit that the branch can see",
  },
  POINT_EXPIRED: {
    status: 422,
    message: "That time is behind the retention horizon",
    when: "A point in time whose history has been pruned",
  },
  TABLE_NOT_VERSIONED: {
    status: 422,
    message: "The engine can't version this table",
    when: "DDL or a read of the past that can't be versioned",
  },
  WEBHOOK_TARGET_REFUSED: {
    status: 422,
    message: "Webhooks can't be sent there",
    when: "A webhook's URL that is not http or https, holds credentials, can't be resolved, or leads to an address that is not public",
  },
  RESOURCE_LIMIT: {
    status: 422,
    message: "The statement needs more memory or disk than it may have",
    when: "A statement that reached a cap on memory or temporary disk",
  },
  RESULT_TOO_LARGE: {
    status: 422,
    message: "The answer is too large",
    when: "The values of one answer come to more than HELIOSDB_MAX_ANSWER_BYTES. Nothing was changed. Rows that are sent in lines (`Accept: application/x-ndjson`) have no such bound",
  },
  HEADERS_TOO_LARGE: {
    status: 431,
    message: "The URL and the headers are too large",
    when: "A URL and headers of more than 131,072 bytes together",
  },
  RATE_LIMITED: {
    status: 429,
    message: "Rate limit exceeded",
    when: "The bucket is empty; Retry-After says when to try again",
  },
  INTERNAL_ERROR: {
    status: 500,
    message: "Internal server error",
    when: "A bug. The answer has the request id and nothing else; the log has the rest",
  },
  NOT_IMPLEMENTED: {
    status: 501,
    message: "This feature is switched off",
    when: "A feature that this server's configuration switches off",
  },
  OVERLOADED: {
    status: 503,
    message: "The server has too much to do",
    when: "The queue is full",
    retryAfter: 1,
  },
  SHUTTING_DOWN: { status: 503, message: "The server is shutting down", when: "The server is ending", retryAfter: 5 },
  WORKER_LOST: {
    status: 503,
    message: "The request ended its worker process",
    when: "A database process died under the request, and again when it was retried",
    retryAfter: 1,
  },
  STORAGE_UNAVAILABLE: {
    status: 503,
    message: "The storage can't be written",
    when: "The disk is full or read-only, or a file of the database is missing, damaged or another's",
    retryAfter: 10,
  },
};

export const ERROR_CODES = Object.keys(ERRORS) as readonly ErrorCode[];
