import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** An open transaction. */
export interface Transaction {
  readonly id: string;
  readonly branch: string;
  readonly mode: "read" | "deferred" | "write";
  /** `writing`: it has its branch to itself. */
  readonly state: "reading" | "writing";
  /** The state that it began with. */
  readonly scn: number;
  readonly beganAt: Date;
  /** When it is rolled back unless a request comes before. */
  readonly expiresAt: Date;
  /** When it is rolled back in any case. */
  readonly endsAt: Date;
}

/** A transaction that has been committed or rolled back. */
export interface EndedTransaction {
  readonly id: string;
  readonly committed: boolean;
  /** Whether there is a new commit. */
  readonly changed: boolean;
  /** Its commit, or, if it changed nothing, the state that it began with; null if it was rolled back. */
  readonly scn: number | null;
  readonly timestamp: Date | null;
}

export function transactionOf(wire: components["schemas"]["Transaction"]): Transaction {
  return {
    id: wire.transaction_id,
    branch: wire.branch,
    mode: wire.mode,
    state: wire.state,
    scn: wire.scn,
    beganAt: dateOf(wire.began_at),
    expiresAt: dateOf(wire.expires_at),
    endsAt: dateOf(wire.ends_at),
  };
}

export function endedTransactionOf(wire: components["schemas"]["EndedTransaction"]): EndedTransaction {
  const { transaction_id: id, committed, changed, scn, timestamp } = wire;
  return { id, committed, changed, scn, timestamp: timestamp === null ? null : dateOf(timestamp) };
}
