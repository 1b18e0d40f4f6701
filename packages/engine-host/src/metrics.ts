import type { WorkerKind } from "./events.js";
import type { ReaderPool } from "./readers/pool.js";
import type { WriteCounters } from "./writers/database-writes.js";

interface InHand {
  /** Taken and not answered yet. */
  readonly inHand: number;
  /** Those of them that no process has. */
  readonly queued: number;
}

/** What the host has done since it started. */
export interface HostMetrics {
  readonly reads: Readonly<ReaderPool["counters"]> & InHand;
  /** `grouped / groups` is the mean number of operations to one fsync. */
  readonly writes: Readonly<WriteCounters> & InHand;
  readonly restarts: Readonly<Record<WorkerKind, number>>;
  readonly pids: Readonly<Record<WorkerKind, readonly number[]>>;
}
