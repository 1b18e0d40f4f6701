import type { ErrorReport } from "../../errors/api-error.js";
import { ERRORS, type ErrorCode } from "../../errors/error-table.js";
import type { Operation } from "../surface/operation.js";

/** The outcome of a request with an Idempotency-Key. */
export type RecordedOutcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: Omit<ErrorReport, "headers"> }
  /** Recorded before the request ran, for requests whose outcome only the server can know. */
  | { readonly kind: "begun" }
  /** The response held something that is shown once only. */
  | { readonly kind: "secret" };

declare module "../context/request-context.js" {
  interface RequestContext {
    /** Set while a request with an Idempotency-Key is under way. */
    attempt: Attempt | null;
  }
}

/** Where a request with a key is under way: its outcome is recorded before the response is sent. */
export interface Attempt {
  succeed(result: unknown): Promise<void>;
  fail(report: ErrorReport): Promise<void>;
}

/** Conditions that may be over when the request is sent again. */
const PASSING: ReadonlySet<number> = new Set([401, 403, 408, 429]);
const PASSING_CODES: ReadonlySet<ErrorCode> = new Set(["QUERY_CANCELLED", "BACKUP_RUNNING"]);

/** Whether a request may be answered otherwise when it is sent again, as any is that is told when to do so. */
export function isPassing({ code }: Pick<ErrorReport, "code">): boolean {
  const { status, retryAfter } = ERRORS[code];
  return status >= 500 || PASSING.has(status) || retryAfter !== undefined || PASSING_CODES.has(code);
}

/** Whether an operation takes an Idempotency-Key. Those of other methods can be sent again as they are. */
export function isRepeatable({ method, changes }: Operation): boolean {
  return method === "POST" && changes;
}
