import { HeliosError } from "@heliosdb/port";

/** Requests of one transaction that may wait for each other. */
export const MOST_WAITING = 16;

/** Counts the open transactions of a server, over all databases and for each owner. */
export class TransactionSlots {
  private total = 0;
  private readonly byOwner = new Map<string, number>();

  constructor(
    private readonly overall: number,
    private readonly perOwner: number,
  ) {}

  get open(): number {
    return this.total;
  }

  /** Throws OVERLOADED if a limit is reached. Each `take` needs one `release`. */
  take(owner: string): void {
    const mine = this.byOwner.get(owner) ?? 0;
    if (mine >= this.perOwner) throw tooMany(this.perOwner, "of this key or user");
    if (this.total >= this.overall) throw tooMany(this.overall, "of all databases");
    this.byOwner.set(owner, mine + 1);
    this.total++;
  }

  release(owner: string): void {
    const left = this.byOwner.get(owner)! - 1;
    if (left === 0) this.byOwner.delete(owner);
    else this.byOwner.set(owner, left);
    this.total--;
  }
}

function tooMany(bound: number, whose: string): HeliosError {
  return new HeliosError(
    "OVERLOADED",
    `Too many transactions: ${bound} ${whose} are open. Commit or roll back some of them, then try again.`,
  );
}

export function tooManyWaiting(): HeliosError {
  return new HeliosError(
    "OVERLOADED",
    `Too many requests: ${MOST_WAITING} of this transaction are already waiting. A transaction runs them one by one.`,
  );
}
