import type { PortErrorCode } from "@heliosdb/port";

const TELL_NOTHING: ReadonlySet<string> = new Set<PortErrorCode>([
  "OVERLOADED",
  "QUERY_TIMEOUT",
  "QUERY_CANCELLED",
  "SHUTTING_DOWN",
  "TENANT_NOT_FOUND",
  "WORKER_LOST",
  "STORAGE_UNAVAILABLE",
  "INTERNAL_ERROR",
]);

/** Whether an error says nothing of what is in a database. */
export function tellsNothing(code: string): boolean {
  return TELL_NOTHING.has(code);
}
