import { Injectable } from "@nestjs/common";
import { refused } from "../schema/invalid.js";

/** The ceilings that the configuration sets on what a request may ask for. */
@Injectable()
export class SqlLimits {
  constructor(
    private readonly maxTimeoutMs: number,
    private readonly maxRows: number,
  ) {}

  /** Undefined leaves it to the port's default. */
  deadline(timeoutMs: number | undefined): number | undefined {
    if (timeoutMs !== undefined && timeoutMs > this.maxTimeoutMs) {
      throw refused("timeout_ms", `must be at most ${this.maxTimeoutMs}`);
    }
    return timeoutMs;
  }

  rows(maxRows: number | undefined): number {
    if (maxRows !== undefined && maxRows > this.maxRows) throw refused("max_rows", `must be at most ${this.maxRows}`);
    return maxRows ?? this.maxRows;
  }
}
