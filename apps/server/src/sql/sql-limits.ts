import { refused } from "../schema/invalid.js";

/** The configured limits on requests. */
export class SqlLimits {
  constructor(
    readonly maxTimeoutMs: number,
    readonly maxRows: number,
    /** Of a request that names no timeout. */
    readonly defaultTimeoutMs: number,
    /** Of SQL in one request. */
    readonly maxBytes: number,
  ) {}

  /**
   * Undefined leaves it to the port's default.
   * @param field its name in the request
   */
  deadline(field: string, timeoutMs: number | undefined): number | undefined {
    if (timeoutMs !== undefined && timeoutMs > this.maxTimeoutMs) {
      throw refused(field, `must be at most ${this.maxTimeoutMs}`);
    }
    return timeoutMs;
  }

  /** @param field its name in the request */
  rows(field: string, maxRows: number | undefined): number {
    if (maxRows !== undefined && maxRows > this.maxRows) throw refused(field, `must be at most ${this.maxRows}`);
    return maxRows ?? this.maxRows;
  }
}
