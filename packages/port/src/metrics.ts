/** Requests behind the port, counted since it started. */
export interface PoolMetrics {
  /** Taken and not answered yet. */
  readonly inHand: number;
  /** Those of them that no process has. */
  readonly queued: number;
  /** Requests that exceeded their timeout. */
  readonly timeouts: number;
  /** Processes that were ended for it. */
  readonly kills: number;
}

export interface ProcessMetrics {
  readonly running: number;
  /** Started after the first ones. */
  readonly restarts: number;
  /** Memory of all together; null where the system does not tell. */
  readonly residentBytes: number | null;
}

export interface PortMetrics {
  readonly reads: PoolMetrics & { readonly reads: number };
  readonly writes: PoolMetrics & {
    readonly operations: number;
    /** Transactions, each with one fsync. */
    readonly groups: number;
    /** Operations in them. */
    readonly grouped: number;
    /** Groups by size: how many had at most as many operations as `upTo` says, and more than the class before. */
    readonly sizes: readonly { readonly upTo: number; readonly groups: number }[];
  };
  readonly processes: { readonly [kind: string]: ProcessMetrics };
}

/** Totals of all databases. */
export interface PortUsage {
  readonly databases: number;
  /** Branches that are not deleted, of the databases that could be asked. */
  readonly branches: number;
  /** When the oldest commit was made that a main branch can still be read at, in microseconds since 1970. */
  readonly oldest: number | null;
  /** Bytes of files by what they hold. */
  readonly bytes: { readonly [kind: string]: number };
}
