import type { ErrorReport } from "../../../errors/api-error.js";
import { ERRORS, type ErrorCode } from "../../../errors/error-table.js";

export interface ErrorAnswer {
  readonly status: number;
  readonly message: string;
}

/** Helium's statuses and messages. Null: the message of the error itself. */
export const ANSWERS: { readonly [C in ErrorCode]?: { readonly status: number; readonly message: string | null } } = {
  ROUTE_NOT_FOUND: { status: 404, message: "Not found" },
  BRANCH_NOT_FOUND: { status: 404, message: "Unable to access requested database or schema" },
  TABLE_NOT_FOUND: { status: 404, message: "No such table" },
  SNAPSHOT_NOT_FOUND: { status: 404, message: null },
  POINT_IN_FUTURE: { status: 404, message: null },
  POINT_BEFORE_HISTORY: { status: 404, message: null },
  POINT_EXPIRED: { status: 404, message: null },
  SQL_NAME_NOT_FOUND: { status: 400, message: "Tried to reference unknown column" },
  UNIQUE_VIOLATION: { status: 400, message: "Cannot insert duplicate entry" },
  FOREIGN_KEY_VIOLATION: { status: 400, message: null },
  NOT_NULL_VIOLATION: { status: 400, message: null },
  CHECK_VIOLATION: { status: 400, message: null },
  TYPE_MISMATCH: { status: 400, message: null },
  QUERY_TIMEOUT: { status: 400, message: null },
  RESULT_TOO_LARGE: { status: 400, message: null },
  RESOURCE_LIMIT: { status: 400, message: null },
  TABLE_NOT_VERSIONED: { status: 400, message: "Unknown issue accessing the database" },
  SQL_ERROR: { status: 400, message: "Unknown issue accessing the database" },
  INTERNAL_ERROR: { status: 500, message: "Unable to execute request" },
};

/** Where no X-API-Key came, and where it is no session that has not ended. */
export const NO_KEY = "Please specify an X-API-Key header with your API key from POST /api/v1/login";
export const NO_SESSION = "No database connection associated with this session";

/** How an error is answered. */
export function errorAnswer({ code, message }: Pick<ErrorReport, "code" | "message">, hasKey: boolean): ErrorAnswer {
  if (code === "UNAUTHORIZED") return { status: 401, message: hasKey ? NO_SESSION : NO_KEY };
  const answer = ANSWERS[code];
  return { status: answer?.status ?? ERRORS[code].status, message: answer?.message ?? message };
}
