import type { BranchRef } from "./branches.js";
import type { BranchName } from "./changes.js";
import type { CallOf, NamesOfKind, ResultIn } from "./operation.js";
import type { Operations } from "./operations.js";
import type { PointInTime } from "./point.js";
import type { Deadline } from "./query.js";
import type { CommitInfo } from "./writes.js";

/**
 * `read`: it only reads, always the same state. `deferred`: it begins as one that reads, and becomes one that writes with
 * its first write, if the branch has not changed since. `write`: it has its branch to itself from the beginning.
 */
export const TRANSACTION_MODES = ["read", "deferred", "write"] as const;
export type TransactionMode = (typeof TRANSACTION_MODES)[number];

/** Limits of transactions, in milliseconds. Times that a request asks for are cut to them. */
export const TRANSACTION_LIMITS = {
  /** How long a transaction may wait for its next request. */
  idleMs: { default: 10_000, most: 60_000 },
  /** How long it may take in all. */
  totalMs: { default: 60_000, most: 300_000 },
  /** How long it waits for its branch. */
  waitMs: { default: 5_000, most: 60_000 },
  /** One request in it. */
  statementMs: { default: 5_000, most: 30_000 },
} as const;

export interface BeginTransaction {
  readonly branch: BranchRef;
  readonly mode: TransactionMode;
  /** Only for `read`: the point in time that it reads. Default now. */
  readonly at?: PointInTime;
  /** Whose it is: other requests must name the same. */
  readonly owner: string;
  /** The author of its commit. */
  readonly author: string;
  /** The message of its commit, unless the commit brings its own. */
  readonly message?: string;
  /**
   * False: foreign keys are neither enforced nor acted on in it. They are checked at its commit, which fails if it broke
   * one. Default true.
   */
  readonly foreignKeys?: boolean;
  readonly idleMs?: number;
  readonly totalMs?: number;
  readonly waitMs?: number;
}

export interface TransactionInfo {
  readonly id: string;
  readonly branch: BranchName;
  readonly mode: TransactionMode;
  /** `writing`: it has its branch to itself. */
  readonly state: "reading" | "writing";
  readonly owner: string;
  /** The SCN of the state that it began with. */
  readonly scn: number;
  /** Times are in microseconds since 1970. It is rolled back at `expiresAt` unless a request comes before, and at `endsAt`. */
  readonly beganAt: number;
  readonly expiresAt: number;
  readonly endsAt: number;
}

export interface TransactionRef {
  readonly branch: BranchRef;
  readonly transaction: string;
  /** Null for an operator, who may name anybody's. */
  readonly owner: string | null;
}

/** What can be done in a transaction. */
export type TransactionOp =
  | "describe"
  | "query"
  | "queryJson"
  | "readTable"
  | "readTableJson"
  | NamesOfKind<Operations, "write">;
export type TransactionOperation<O extends TransactionOp = TransactionOp> = CallOf<Operations, O>;

export interface InTransaction<O extends TransactionOp = TransactionOp> extends TransactionRef {
  readonly operation: TransactionOperation<O>;
  readonly deadlineMs?: Deadline;
}

export interface TransactionResult<O extends TransactionOp = TransactionOp> {
  /** The SCN and time of a write are those of the state that the transaction began with. */
  readonly result: ResultIn<Operations, O>;
  readonly transaction: TransactionInfo;
}

export interface EndTransaction extends TransactionRef {
  readonly end: "commit" | "roll back";
  readonly message?: string;
  readonly deadlineMs?: Deadline;
}

export interface EndedTransaction {
  readonly id: string;
  /** Null if it was rolled back. Without a change there is no new commit, and the SCN is the head's. */
  readonly commit: CommitInfo | null;
}

export interface RenewTransaction extends TransactionRef {
  readonly idleMs?: number;
}

export interface ListTransactions {
  readonly branch: BranchRef;
  /** Null for everybody's. */
  readonly owner: string | null;
}
