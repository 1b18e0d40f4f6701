import type { ErrorReport } from "../../errors/api-error.js";
import { errorStatus } from "../../errors/error-table.js";
import type { AnyOperation } from "../../surfaces/v1/operation/operation.js";

/** What a request with an Idempotency-Key came to. */
export type RecordedOutcome =
  | { readonly kind: "result"; readonly result: unknown }
  | { readonly kind: "error"; readonly error: Omit<ErrorReport, "headers"> }
  /** Written down before the request ran, where nobody but the server could say what became of it. */
  | { readonly kind: "begun" }
  /** The answer held something that is shown once only. */
  | { readonly kind: "secret" };

/** Where a request with a key is under way: its outcome is to be recorded before it is answered. */
export interface Repeat {
  succeed(result: unknown): Promise<void>;
  fail(report: ErrorReport): Promise<void>;
}

/** Conditions that may be over when the request is sent again. */
const PASSING: ReadonlySet<number> = new Set([401, 403, 408, 429]);

export function isPassing({ code }: Pick<ErrorReport, "code">): boolean {
  const status = errorStatus(code, "lite", false);
  return status >= 500 || PASSING.has(status);
}

/** Whether an operation takes an Idempotency-Key. Those of other methods can be sent again as they are. */
export function isRepeatable({ method, changes }: AnyOperation): boolean {
  return method === "POST" && changes;
}

/**
 * Whether the effect of an operation is one commit of a database, which keeps the id of the request with it. Those on
 * branches are; others change the catalog, write files or call programs elsewhere.
 */
export function isRememberedByDatabase({ path }: AnyOperation): boolean {
  return path === "/v1/branches" || path.startsWith("/v1/branches/");
}
