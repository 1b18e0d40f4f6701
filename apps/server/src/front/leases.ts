import { LRUCache } from "lru-cache";
import type { RateClass } from "../rate-limit/classes.js";
import type { Lease } from "../rate-limit/token-bucket.js";

/** What main would have said of a request. */
export interface Taken {
  readonly limit: number;
  readonly remaining: number;
  readonly reset: number;
}

interface Held {
  readonly lease: Lease;
  readonly until: number;
  left: number;
}

/** Tokens go back after this long. */
const HELD_MS = 1000;
/** For this long nobody asks again about an empty bucket, whose requests main refuses. */
const EMPTY_MS = 100;
const LOOK_MS = 250;
const MOST = 10_000;

/** Tokens of the rate limits that main counts. */
export class Leases {
  private readonly held = new LRUCache<string, Held>({
    max: MOST,
    dispose: ({ left }, caller) => {
      if (left > 0) this.giveBack(caller, left);
    },
  });
  private readonly asked = new Map<string, Promise<void>>();
  private readonly timer = setInterval(() => this.returnOld(), LOOK_MS).unref();

  /**
   * @param ask takes a lease of main
   * @param enforced whether requests are refused where there are no tokens
   */
  constructor(
    private readonly rateClass: RateClass,
    private readonly enforced: boolean,
    private readonly ask: (rateClass: RateClass, caller: string) => Promise<Lease>,
    private readonly tellUnspent: (rateClass: RateClass, caller: string, tokens: number) => void,
  ) {}

  /** Takes a token; null where main must decide. A promise only where it has to be asked. */
  take(caller: string): Taken | null | Promise<Taken | null> {
    const taken = this.spend(caller);
    if (taken || this.isEmpty(caller)) return taken;
    return this.renew(caller).then(() => this.spend(caller));
  }

  /** Undoes `take` for a request that somebody else answers. */
  putBack(caller: string): void {
    const held = this.held.get(caller);
    if (held && held.left < held.lease.tokens) held.left++;
  }

  close(): void {
    clearInterval(this.timer);
    this.held.clear();
  }

  private spend(caller: string): Taken | null {
    const held = this.held.get(caller);
    if (!held || performance.now() >= held.until) return null;
    const { limit, remaining, reset, tokens } = held.lease;
    if (held.left > 0) held.left--;
    // What is only counted is answered all the same, and main isn't asked for each request.
    else if (this.enforced || tokens > 0) return null;
    return { limit, remaining: remaining + held.left, reset };
  }

  private isEmpty(caller: string): boolean {
    const held = this.held.get(caller);
    return held !== undefined && held.lease.tokens === 0 && performance.now() < held.until;
  }

  /** All who wait for the same tokens ask once. */
  private renew(caller: string): Promise<void> {
    const asked = this.asked.get(caller);
    if (asked) return asked;
    const asking = this.ask(this.rateClass, caller)
      .then(
        (lease) => {
          const ms = this.enforced && lease.tokens === 0 ? EMPTY_MS : HELD_MS;
          this.held.set(caller, { lease, until: performance.now() + ms, left: lease.tokens });
        },
        () => {},
      )
      .finally(() => this.asked.delete(caller));
    this.asked.set(caller, asking);
    return asking;
  }

  private returnOld(): void {
    const now = performance.now();
    for (const [caller, { until }] of this.held.entries()) if (until <= now) this.held.delete(caller);
  }

  private giveBack(caller: string, tokens: number): void {
    this.tellUnspent(this.rateClass, caller, tokens);
  }
}
