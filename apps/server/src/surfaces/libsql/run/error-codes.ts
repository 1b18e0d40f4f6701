import { type ErrorReport, reportOf } from "../../../errors/api-error.js";
import type { ErrorCode } from "../../../errors/error-table.js";
import { sqliteText } from "../../../errors/sqlite-text.js";
import { ProtocolError } from "../protocol/protocol-error.js";

/** An error as clients get it, in place of a result. */
export interface WireError {
  readonly message: string;
  readonly code: string;
}

const CONSTRAINT = ["UNIQUE_VIOLATION", "NOT_NULL_VIOLATION", "CHECK_VIOLATION", "FOREIGN_KEY_VIOLATION"];
const BLOCKED = ["SQL_NOT_ALLOWED", "BRANCH_PROTECTED", "FORBIDDEN", "TABLE_NOT_VERSIONED", "TRANSACTION_CONTROL"];
const BUSY = ["BRANCH_BUSY", "TRANSACTION_CONFLICT"];
const OVER = ["TRANSACTION_EXPIRED", "TRANSACTION_LOST", "TRANSACTION_NOT_FOUND"];

/** Codes of libSQL by the server's own. Others keep their own code, which clients show as it is. */
export function wireCode(code: ErrorCode): string {
  if (CONSTRAINT.includes(code)) return "SQLITE_CONSTRAINT";
  if (BLOCKED.includes(code)) return "BLOCKED";
  if (BUSY.includes(code)) return "SQLITE_BUSY";
  if (OVER.includes(code)) return "STREAM_EXPIRED";
  switch (code) {
    case "INVALID_SQL":
      return "SQL_PARSE_ERROR";
    case "SQL_NAME_NOT_FOUND":
    case "SQL_ERROR":
    case "TRANSACTION_ABORTED":
      return "SQLITE_UNKNOWN";
    case "TYPE_MISMATCH":
      return "SQLITE_MISMATCH";
    case "BRANCH_READ_ONLY":
      return "SQLITE_READONLY";
    case "PARAM_COUNT":
    case "PARAM_TYPE":
      return "ARGS_INVALID";
    case "QUERY_TIMEOUT":
      return "TRANSACTION_TIMEOUT";
    case "RESULT_TOO_LARGE":
      return "RESPONSE_TOO_LARGE";
    default:
      return code;
  }
}

/** What a failed statement gets in its place. Anything that is no known error is thrown again. */
export function wireError(error: unknown): WireError {
  if (error instanceof ProtocolError) return { message: error.message, code: error.code };
  const report = reportOf(error);
  if (!report) throw error;
  return { message: messageOf(report), code: wireCode(report.code) };
}

function messageOf(report: ErrorReport): string {
  const { code, message, native } = report;
  const text = sqliteText(report);
  if (code === "INVALID_SQL") return `SQL string could not be parsed: ${text}`;
  if (BLOCKED.includes(code)) return `Operation was blocked: ${message}`;
  if (BUSY.includes(code)) return `SQLite error: database is locked (${message})`;
  if (code === "PARAM_COUNT" || code === "PARAM_TYPE") return `Arguments do not match SQL parameters: ${message}`;
  return native ? `SQLite error: ${text}` : message;
}
