import { HeliosError, type PortErrorCode } from "@heliosdb/port";
import type { Mode } from "./outcome.js";

/** Conditions of the whole request, whatever its statements are. */
const OF_REQUEST: ReadonlySet<PortErrorCode> = new Set<PortErrorCode>([
  "BRANCH_NOT_FOUND",
  "SNAPSHOT_NOT_FOUND",
  "INVALID_POINT",
  "POINT_IN_FUTURE",
  "POINT_BEFORE_HISTORY",
  "POINT_EXPIRED",
  "OVERLOADED",
  "SHUTTING_DOWN",
  "WORKER_LOST",
  "STORAGE_UNAVAILABLE",
  "INTERNAL_ERROR",
]);

export function isOfRequest(error: unknown): boolean {
  return !(error instanceof HeliosError) || OF_REQUEST.has(error.code);
}

/** The error as the result of a statement: SQLite's own text where there is one. */
export function statementError(error: HeliosError, mode: Mode): string {
  switch (error.code) {
    case "QUERY_TIMEOUT":
      return mode === "execute" ? "execute timeout" : "query timeout";
    case "NOT_A_QUERY":
      return "attempt to change database via query operation";
    case "TRANSACTION_CONTROL":
      return "BEGIN, COMMIT, ROLLBACK, SAVEPOINT and RELEASE are not supported: use the URL parameter transaction";
    case "INTERNAL_ERROR":
      return "internal error";
    default:
      return error.native?.text ?? error.message;
  }
}
