import { type BranchName, type CommitInfo, HeliosError } from "@heliosdb/port";

/** How a transaction ended. */
export type Ending =
  | { readonly kind: "committed"; readonly commit: CommitInfo }
  | { readonly kind: "rolled back" }
  /** Rolled back by the server, and what requests are told. */
  | { readonly kind: "failed"; readonly error: HeliosError }
  /** It was being committed, and nobody knows whether it is. */
  | { readonly kind: "unknown"; readonly error: HeliosError };

export interface Ended {
  readonly owner: string;
  readonly branch: BranchName;
  readonly ending: Ending;
}

/** How long, and how many of them. */
const REMEMBERED_MS = 600_000;
const MOST = 10_000;

/** Transactions that have ended, for whoever asks for them a little later. */
export class EndedTransactions {
  private readonly byId = new Map<string, Ended & { readonly until: number }>();

  get(id: string): Ended | undefined {
    const ended = this.byId.get(id);
    return ended && ended.until > Date.now() ? ended : undefined;
  }

  add(id: string, ended: Ended): void {
    this.byId.set(id, { ...ended, until: Date.now() + REMEMBERED_MS });
    for (const [oldest, { until }] of this.byId) {
      if (this.byId.size <= MOST && until > Date.now()) return;
      this.byId.delete(oldest);
    }
  }

  renamed(branch: BranchName): void {
    for (const [id, ended] of this.byId) if (ended.branch.id === branch.id) this.byId.set(id, { ...ended, branch });
  }
}

export function expired(why: string): HeliosError {
  return new HeliosError(
    "TRANSACTION_EXPIRED",
    `The transaction was rolled back, and nothing of it was written: ${why}. Begin a new one.`,
  );
}

export function lost(why = "the process that ran it ended"): HeliosError {
  return new HeliosError(
    "TRANSACTION_LOST",
    `The transaction is gone, and nothing of it was written: ${why}. Begin a new one.`,
  );
}

export function notFound(id: string): HeliosError {
  return new HeliosError("TRANSACTION_NOT_FOUND", `No transaction '${id}' is open on this branch.`);
}

export function hasEnded(id: string, how: string): HeliosError {
  return new HeliosError("TRANSACTION_NOT_FOUND", `The transaction '${id}' has been ${how}.`);
}
