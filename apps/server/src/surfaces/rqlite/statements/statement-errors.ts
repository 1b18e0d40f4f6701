import { HeliosError, type PortErrorCode } from "@heliosdb/port";
import { sqliteText } from "../../../errors/sqlite-text.js";
import type { Mode } from "./outcome.js";

/** Conditions of the whole request, whatever its statements are. */
const OF_REQUEST: ReadonlySet<string> = new Set<PortErrorCode>([
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

export function isOfRequestCode(code: string): boolean {
  return OF_REQUEST.has(code);
}

export function isOfRequest(error: unknown): boolean {
  return !(error instanceof HeliosError) || OF_REQUEST.has(error.code);
}

/** Errors that SQLite finds before anything runs. */
export function isOfCompilation({ code }: HeliosError): boolean {
  return code === "INVALID_SQL" || code === "SQL_NAME_NOT_FOUND" || code === "NOT_A_QUERY";
}

/** The error as the result of a statement: SQLite's own text where there is one. */
export function statementError(error: HeliosError, mode: Mode, sql: string): string {
  const { offset } = error.data;
  switch (error.code) {
    case "INVALID_SQL":
      // Found before SQLite saw it, and said in SQLite's words.
      if (error.native || typeof offset !== "number" || !error.message.startsWith("Invalid SQL")) break;
      return `unrecognized token: "${error.message.includes("never closed") ? sql.slice(offset) : sql[offset]}"`;
    case "QUERY_TIMEOUT":
      return mode === "execute" ? "execute timeout" : "query timeout";
    case "NOT_A_QUERY":
      return "attempt to change database via query operation";
    case "TRANSACTION_CONTROL":
      return "BEGIN, COMMIT, ROLLBACK, SAVEPOINT and RELEASE are not supported: use the URL parameter transaction";
    case "RESULT_TOO_LARGE":
      return "the result is too large: add LIMIT, or ask for fewer columns";
    case "INTERNAL_ERROR":
      return "internal error";
  }
  return sqliteText(error);
}
