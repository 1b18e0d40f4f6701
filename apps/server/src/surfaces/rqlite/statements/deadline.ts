import { HeliosError } from "@heliosdb/port";
import type { SqlLimits } from "../../../sql/sql-limits.js";
import type { Parameters } from "../parameters/parameters.js";

/** The time of a request's statements. */
export class Deadline {
  private readonly end: number;
  /** Of one statement. */
  private readonly each: number;

  /** `db_timeout` bounds all of them together; `timeout` lets each of them take longer than it could otherwise. */
  constructor(
    { timeoutMs, dbTimeoutMs }: Pick<Parameters, "timeoutMs" | "dbTimeoutMs">,
    { maxTimeoutMs, defaultTimeoutMs }: SqlLimits,
  ) {
    const bound = dbTimeoutMs !== null && dbTimeoutMs > 0 ? Math.min(dbTimeoutMs, maxTimeoutMs) : null;
    this.end = performance.now() + (bound ?? maxTimeoutMs);
    this.each = bound ?? Math.max(defaultTimeoutMs, timeoutMs ?? 0);
  }

  /** Milliseconds that the next statement has. Throws QUERY_TIMEOUT where there are none. */
  next(): number {
    const left = this.end - performance.now();
    if (left <= 0) throw new HeliosError("QUERY_TIMEOUT", "The time of the request is over.");
    return Math.ceil(Math.min(this.each, left));
  }
}
