/** A bucket's decision about one request. */
export interface Decision {
  readonly allowed: boolean;
  /** Requests per window, as configured. */
  readonly limit: number;
  /** Whole tokens left. */
  readonly remaining: number;
  /** Unix second at which the bucket is full again. */
  readonly reset: number;
  /** Seconds until a token is available; 0 if one was. */
  readonly retryAfter: number;
}

/** Tokens that were taken beforehand, and the decision about the request that asked for them. */
export interface Lease extends Decision {
  readonly tokens: number;
}

const LEASED_PART = 10;

/** A token bucket: at most `burst` tokens, refilled at `max` a window, one taken by each request. */
export class TokenBucket {
  private tokens: number;
  private at: number;

  constructor(
    private readonly max: number,
    private readonly windowMs: number,
    private readonly burst: number,
    now: number,
  ) {
    this.tokens = burst;
    this.at = now;
  }

  /** Takes a token if one is available. An empty bucket takes none, so waiting always helps. */
  take(now: number): Decision {
    this.refill(now);
    const allowed = this.tokens >= 1;
    if (allowed) this.tokens -= 1;
    return this.decision(now, allowed);
  }

  /** Takes whole tokens for somebody who will spend them: at most a tenth of the bucket. */
  lease(now: number): Lease {
    this.refill(now);
    const tokens = Math.min(Math.floor(this.tokens), Math.max(1, Math.floor(this.burst / LEASED_PART)));
    this.tokens -= Math.max(0, tokens);
    return { ...this.decision(now, tokens > 0), tokens: Math.max(0, tokens) };
  }

  /** Puts tokens back that were leased and not spent. */
  giveBack(tokens: number, now: number): void {
    this.refill(now);
    this.tokens = Math.min(this.burst, this.tokens + tokens);
  }

  /** Takes tokens for work that is already done; may leave a debt of at most one window. */
  charge(count: number, now: number): void {
    this.refill(now);
    this.tokens = Math.max(this.tokens - count, -this.max);
  }

  /** The decision if the bucket is in debt, else null. */
  debt(now: number): Decision | null {
    this.refill(now);
    return this.tokens < 0 ? this.decision(now, false) : null;
  }

  private refill(now: number): void {
    // The clock may have been set back; that adds no tokens.
    const passed = Math.max(0, now - this.at);
    this.tokens = Math.min(this.burst, this.tokens + (passed * this.max) / this.windowMs);
    this.at = now;
  }

  private decision(now: number, allowed: boolean): Decision {
    const msPerToken = this.windowMs / this.max;
    return {
      allowed,
      limit: this.max,
      remaining: Math.max(0, Math.floor(this.tokens)),
      reset: Math.ceil((now + (this.burst - this.tokens) * msPerToken) / 1000),
      retryAfter: allowed ? 0 : Math.max(1, Math.ceil(((1 - this.tokens) * msPerToken) / 1000)),
    };
  }
}
