import { ConnectionError, HeliosDBError } from "./errors.js";

/** The error for a failure without a response. */
export function connectionError(
  error: unknown,
  timedOut: boolean,
  request: { readonly method: string; readonly url: string },
): HeliosDBError {
  if (error instanceof HeliosDBError) return error;
  const where = `${request.method} ${new URL(request.url).origin}`;
  if (timedOut) return new ConnectionError(`${where}: no response within the timeout.`, "REQUEST_TIMEOUT", error);
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = cause instanceof Error ? cause.message || cause.name : String(cause);
  return new ConnectionError(`${where}: ${reason}`, "CONNECTION_FAILED", error);
}
