import type { CellRow } from "@heliosdb/store";

type Seen = Pick<CellRow, "epoch" | "renewed">;

/**
 * Sees that a lease has ended. Times are those of one monotonic clock, in ms.
 */
export class LeaseWatch {
  private seen: Seen | null = null;
  private since = 0;
  private lastAsked = 0;

  constructor(private readonly leaseMs: number) {}

  /** What the row said to a request that was sent and answered at these times. */
  saw({ epoch, renewed }: Seen, sentAt: number, answeredAt: number): void {
    if (this.seen?.epoch !== epoch || this.seen.renewed !== renewed) {
      this.seen = { epoch, renewed };
      this.since = answeredAt;
    }
    this.lastAsked = sentAt;
  }

  /** A request failed. The node that has the lease may not have been able to renew it either. */
  failed(): void {
    this.seen = null;
  }

  /** Milliseconds from `now` after which a request can show that it has ended; null where it has, or nothing is known. */
  endsIn(now: number): number | null {
    return this.seen === null || this.hasEnded ? null : Math.max(0, this.since + this.leaseMs - now);
  }

  /** Nobody has renewed for a whole lease. */
  get hasEnded(): boolean {
    return this.seen !== null && this.lastAsked - this.since >= this.leaseMs;
  }
}
