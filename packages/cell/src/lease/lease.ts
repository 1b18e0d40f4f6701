import { setTimeout as wait } from "node:timers/promises";
import { Fenced } from "@heliosdb/store";

/** By how much a lease ends earlier for who has it than for the others. */
export const MARGIN_MS = 500;
/** Renewals in the time of a lease. */
const RENEWALS = 5;

export interface LeaseOptions {
  readonly leaseMs: number;
  /** Adds one to the number of renewals. Rejects with Fenced if another node has the cell. */
  renew(): Promise<void>;
  /** Another node has the cell: this one must end. */
  onFenced(): void;
  /** A monotonic clock, in ms. */
  now?(): number;
}

/** The right to tell others of the cell's state. It must be renewed, and it is not valid before the first renewal. */
export class Lease {
  private validUntil = Number.NEGATIVE_INFINITY;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;
  private readonly now: () => number;

  constructor(private readonly options: LeaseOptions) {
    this.now = options.now ?? (() => performance.now());
    this.running = this.keep();
  }

  /** Ask just before an answer is sent. */
  get isValid(): boolean {
    return this.now() < this.validUntil;
  }

  /** Time until it ends, in ms; 0 where it is not valid. */
  get leftMs(): number {
    return Math.max(0, this.validUntil - this.now());
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
      const sentAt = this.now();
      try {
        await this.options.renew();
        if (!signal.aborted) this.validUntil = sentAt + leaseMs - MARGIN_MS;
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
