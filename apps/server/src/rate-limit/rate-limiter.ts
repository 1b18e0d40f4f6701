import { LRUCache } from "lru-cache";
import type { RateClass, RateProfile } from "./classes.js";
import { RateLimitConfig } from "./rate-limit-config.js";
import { type Decision, type Lease, TokenBucket } from "./token-bucket.js";

/** Maximum memory for the callers' buckets. A caller whose bucket was evicted starts with a full one. */
const BUCKETS_BYTES = 32 * 1024 * 1024;
/** Size of a bucket, without the caller's name, which is as long as a token's subject. */
const BUCKET_BYTES = 256;

interface Kind {
  readonly name: string;
  readonly config: RateLimitConfig;
}

/** Counts requests: one bucket for each caller and kind of request. */
export class RateLimiter {
  private readonly buckets = new LRUCache<string, TokenBucket>({
    maxSize: BUCKETS_BYTES,
    sizeCalculation: (_, key) => BUCKET_BYTES + 2 * key.length,
  });
  private readonly kinds: { readonly [C in RateClass]: Kind };

  constructor(
    profile: RateProfile,
    authenticated: RateLimitConfig,
    /** False counts and reports, but refuses nobody. */
    readonly enforced: boolean,
  ) {
    this.kinds = profile === "spec" ? specKinds() : tutorialKinds(authenticated);
  }

  take(rateClass: RateClass, caller: string): Decision {
    const now = Date.now();
    return this.debt(rateClass, caller, now) ?? this.bucket(rateClass, caller, now).take(now);
  }

  /** Takes tokens for another process, which spends them or gives them back. */
  lease(rateClass: RateClass, caller: string): Lease {
    const now = Date.now();
    const debt = this.debt(rateClass, caller, now);
    return debt ? { ...debt, tokens: 0 } : this.bucket(rateClass, caller, now).lease(now);
  }

  giveBack(rateClass: RateClass, caller: string, tokens: number): void {
    this.peek(rateClass, caller)?.giveBack(tokens, Date.now());
  }

  /** Charges one heavy token for each whole second that a query ran. */
  chargeQuery(caller: string, elapsedMs: number): void {
    const seconds = Math.floor(elapsedMs / 1000);
    if (seconds < 1) return;
    const now = Date.now();
    this.bucket("heavy", caller, now).charge(seconds, now);
  }

  /** Long queries are charged when they are over; until the debt is paid, no other query may start. */
  private debt(rateClass: RateClass, caller: string, now: number): Decision | null {
    if (rateClass !== "query" || !this.enforced) return null;
    return this.peek("heavy", caller)?.debt(now) ?? null;
  }

  private bucket(rateClass: RateClass, caller: string, now: number): TokenBucket {
    const known = this.peek(rateClass, caller);
    if (known) return known;
    const { name, config } = this.kinds[rateClass];
    const bucket = new TokenBucket(config.maxRequests, config.windowSecs * 1000, config.burst, now);
    this.buckets.set(`${name} ${caller}`, bucket);
    return bucket;
  }

  private peek(rateClass: RateClass, caller: string): TokenBucket | undefined {
    return this.buckets.get(`${this.kinds[rateClass].name} ${caller}`);
  }
}

function tutorialKinds(authenticated: RateLimitConfig): { readonly [C in RateClass]: Kind } {
  const common = { name: "authenticated", config: authenticated };
  const heavy = { name: "heavy", config: RateLimitConfig.heavyOperations() };
  return {
    public: { name: "public", config: RateLimitConfig.public() },
    heavy,
    heavyWrite: heavy,
    read: common,
    write: common,
    query: common,
    branch: common,
  };
}

/** The spec has no bursts: a whole minute's requests may come at once. */
function specKinds(): { readonly [C in RateClass]: Kind } {
  const perMinute = (name: string, count: number) => ({ name, config: new RateLimitConfig(count, 60, count) });
  const write = perMinute("write", 100);
  return {
    public: { name: "public", config: RateLimitConfig.public() },
    heavy: { name: "heavy", config: RateLimitConfig.heavyOperations() },
    read: perMinute("read", 1000),
    write,
    heavyWrite: write,
    query: perMinute("query", 60),
    branch: perMinute("branch", 10),
  };
}
