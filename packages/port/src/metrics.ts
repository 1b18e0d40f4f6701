/** Requests behind the port, counted since it started. */
export interface PoolMetrics {
  /** Requests without a response yet. */
  readonly inHand: number;
  /** Those of them that no process has yet. */
  readonly queued: number;
  /** Requests that exceeded their timeout. */
  readonly timeouts: number;
  /** Processes that were killed because of a timeout. */
  readonly kills: number;
}

export interface ProcessMetrics {
  readonly running: number;
  /** Processes started after the first ones. */
  readonly restarts: number;
  /** Memory of all processes together; null if the system does not report it. */
  readonly residentBytes: number | null;
}

/** Transactions of several requests. */
export interface TransactionMetrics {
  readonly open: number;
  /** Those of them that wait for their branch. */
  readonly waiting: number;
  /** How they ended. `lost`: with their process, with a statement that failed in a way that ends them, or at their commit. */
  readonly ended: {
    readonly committed: number;
    readonly rolledBack: number;
    /** Rolled back because no request came, or because they were open for too long. */
    readonly expired: number;
    readonly lost: number;
  };
}

/** Logs in a store, which have every change before anybody is told of it. */
export interface LogMetrics {
  /** Entries that were added, and are safe. */
  readonly entries: number;
  /** Their bytes, as they are in the store. */
  readonly bytes: number;
  /** Time that they took until they were safe, in seconds. */
  readonly seconds: number;
  /** Entries by that time: those that took at most `upTo` seconds, and longer than the class before. */
  readonly times: readonly { readonly upTo: number; readonly entries: number }[];
  /** Bytes of pages and files that are on their way. */
  readonly waitingBytes: number;
  /** Answers that are held until the log has what they may show. Those of writes that were committed together count once. */
  readonly heldAnswers: number;
  /** For how long the oldest change has been waiting, in ms; 0 where none is. */
  readonly waitingMs: number;
}

export interface PortMetrics {
  readonly transactions: TransactionMetrics;
  readonly reads: PoolMetrics & { readonly reads: number };
  readonly writes: PoolMetrics & {
    readonly operations: number;
    /** Transactions, each with one fsync. */
    readonly groups: number;
    /** Operations in them. */
    readonly grouped: number;
    /** Groups by size: the number of groups with at most `upTo` operations, and more than the class before. */
    readonly sizes: readonly { readonly upTo: number; readonly groups: number }[];
  };
  readonly processes: { readonly [kind: string]: ProcessMetrics };
  /** Absent where the databases have no logs. */
  readonly log?: LogMetrics;
}

/** Totals of all databases. */
export interface PortUsage {
  readonly databases: number;
  /** Branches that are not deleted, in the databases that could be read. */
  readonly branches: number;
  /** Time of the oldest commit at which a main branch can still be read, in microseconds since 1970. */
  readonly oldest: number | null;
  /** Bytes of files by their content. */
  readonly bytes: { readonly [kind: string]: number };
}
