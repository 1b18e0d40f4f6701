import type { ErrorCode } from "../../../errors/error-table.js";
import { isRepeatable } from "../../../http/idempotency/attempt.js";
import type { AnyOperation } from "./operation.js";

/** The errors that an operation can return because of its access and its body. */
export function commonErrors(operation: AnyOperation): readonly ErrorCode[] {
  const errors: ErrorCode[] = [
    "BAD_REQUEST",
    "URL_TOO_LONG",
    "HEADERS_TOO_LARGE",
    "HOST_NOT_ALLOWED",
    "INTERNAL_ERROR",
  ];
  if (!operation.whileEnding) errors.push("SHUTTING_DOWN", "NOT_ACTIVE");
  if (operation.access === "public") return errors;
  errors.push("UNAUTHORIZED", "FORBIDDEN", "RATE_LIMITED", "UNKNOWN_FIELD", "STORAGE_UNAVAILABLE");
  // A body is read before it is known that the operation takes none.
  const readsBody = operation.method !== "GET";
  if (Object.keys(operation.query.fields).length > 0 || readsBody) errors.push("INVALID_FIELD");
  if (readsBody) errors.push("PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE");
  if (isRepeatable(operation))
    errors.push("IDEMPOTENCY_MISMATCH", "IDEMPOTENCY_IN_PROGRESS", "PREDECESSOR_FAILED", "OVERLOADED");
  if (isRepeatable(operation) && operation.holdsSecret) errors.push("IDEMPOTENCY_SECRET");
  if (isRepeatable(operation) && !operation.onDatabase) errors.push("IDEMPOTENCY_UNKNOWN");
  if (operation.onDatabase) errors.push("OVERLOADED", "WORKER_LOST");
  // What changes a branch waits for a transaction on it.
  if (operation.onDatabase && operation.changes) errors.push("QUERY_TIMEOUT");
  return errors;
}
