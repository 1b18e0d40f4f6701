import type { ErrorReport } from "../../../errors/api-error.js";
import { ERRORS, type ErrorCode } from "../../../errors/error-table.js";
import type { PresentedError } from "../../../http/surface/response-format.js";

/** Conditions that a response tells by its status alone. */
const SILENT: { readonly [C in ErrorCode]?: number } = {
  UNAUTHORIZED: 401,
  FORBIDDEN: 401,
  ROUTE_NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
};
/** Statuses of the table that clients of rqlite have no use for. */
const UNKNOWN_STATUSES: ReadonlySet<number> = new Set([409, 422]);

export const TEXT_TYPE = "text/plain; charset=utf-8";

export function statusOf(code: ErrorCode): number {
  const { status } = ERRORS[code];
  return SILENT[code] ?? (UNKNOWN_STATUSES.has(status) ? 400 : status);
}

/** Null where the body is empty. */
export function errorText({ code, message }: Pick<ErrorReport, "code" | "message">): string | null {
  return code in SILENT ? null : `${message}\n`;
}

/** Never WWW-Authenticate: a browser would ask for a key, keep it, and send it with whatever any page writes. */
export function presentError(report: ErrorReport): PresentedError {
  const text = errorText(report);
  const status = statusOf(report.code);
  if (text === null) return { status, headers: {}, body: undefined };
  return { status, headers: {}, contentType: TEXT_TYPE, body: Buffer.from(text) };
}
