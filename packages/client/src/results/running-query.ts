import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** A request for which the database is busy. */
export interface RunningQuery {
  /** Of its request: what `queries.cancel` takes. */
  readonly id: string;
  /** Id of the operation of the API, such as `query`. */
  readonly operation: string;
  /** The branch, as the request names it. */
  readonly branch: string | null;
  /** The statement, or its first 1,000 characters. */
  readonly sql: string | null;
  readonly userId: string;
  readonly keyId: string | null;
  /** When its request arrived. */
  readonly startedAt: Date;
  /** Milliseconds since then, by the server's clock. */
  readonly elapsedMs: number;
  /** `cancelled`: it was cancelled, and has not ended yet. */
  readonly state: "running" | "cancelled";
}

export interface CancelledQuery {
  readonly id: string;
  /**
   * `cancelled`: it was stopped, and nothing of it was written. `finished`: it ended by itself before it could be stopped;
   * its own call says how, and a write has been written. `stopping`: it has not ended within 5 seconds.
   */
  readonly outcome: "cancelled" | "finished" | "stopping";
}

export function runningQueryOf(wire: components["schemas"]["RunningQuery"]): RunningQuery {
  return {
    id: wire.query_id,
    operation: wire.operation,
    branch: wire.branch,
    sql: wire.sql,
    userId: wire.user_id,
    keyId: wire.key_id,
    startedAt: dateOf(wire.started_at),
    elapsedMs: wire.elapsed_ms,
    state: wire.state,
  };
}
