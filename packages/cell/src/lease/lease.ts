import { setTimeout as wait } from "node:timers/promises";
import { Fenced } from "@heliosdb/store";

/** By how much a lease ends earlier for who has it than for the others. */
export const MARGIN_MS = 500;
/** Renewals in the time of a lease. */
const RENEWALS = 5;

export interface LeaseOptions {
  readonly leaseMs: number;
  /**
   * Adds one to the number of renewals. Rejects with Fenced if another node has the cell; false where nobody may be told
   * anything until a later renewal says otherwise.
   */
  renew(): Promise<boolean>;
  /** Another node has the cell: this one must end. */
  onFenced(): void;
  /** A monotonic clock, in ms. */
  now?(): number;
  /** The time of day, in ms: it goes on while the machine is suspended, where the other clock stands still. */
  timeOfDay?(): number;
}

/** The right to tell others of the cell's state. It must be renewed, and it is not valid before the first renewal. */
export class Lease {
  private validUntil = Number.NEGATIVE_INFINITY;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private readonly now: () => number;
  private readonly timeOfDay: () => number;
  /** When the last renewal was sent, by the time of day. */
  private renewedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly options: LeaseOptions) {
    this.now = options.now ?? (() => performance.now());
    this.timeOfDay = options.timeOfDay ?? Date.now;
    this.running = this.keep();
  }

  /** Ask just before an answer is sent. */
  get isValid(): boolean {
    return this.now() < this.validUntil && !this.isOverdue;
  }

  /** Time until it ends, in ms; 0 where it is not valid. */
  get leftMs(): number {
    return this.isOverdue ? 0 : Math.max(0, this.validUntil - this.now());
  }

  /** By the time of day. If it was set forward, this costs the time until the next renewal. */
  private get isOverdue(): boolean {
    return this.timeOfDay() - this.renewedAt > this.options.leaseMs - MARGIN_MS;
  }

  /** Renews it no more; it is not valid from now on. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.validUntil = Number.NEGATIVE_INFINITY;
    await this.running;
  }

  private async keep(): Promise<void> {
    const { leaseMs } = this.options;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      const [sentAt, renewedAt] = [this.now(), this.timeOfDay()];
      try {
        const counts = await this.options.renew();
        this.renewedAt = renewedAt;
        this.validUntil = counts && !signal.aborted ? sentAt + leaseMs - MARGIN_MS : Number.NEGATIVE_INFINITY;
      } catch (error) {
        if (error instanceof Fenced) {
          this.validUntil = Number.NEGATIVE_INFINITY;
          if (!signal.aborted) this.options.onFenced();
          return;
        }
        // Nothing is known: it counts until it ends.
      }
      await wait(leaseMs / RENEWALS, undefined, { signal }).catch(() => {});
    }
  }
}
