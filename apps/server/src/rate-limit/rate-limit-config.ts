/** How many requests a bucket allows. */
export class RateLimitConfig {
  /**
   * @param maxRequests requests in each window, on average
   * @param windowSecs length of the window in seconds
   * @param burst requests that may come at once
   */
  constructor(
    readonly maxRequests: number,
    readonly windowSecs: number,
    readonly burst: number,
  ) {
    for (const value of [maxRequests, windowSecs, burst]) {
      if (!(value >= 1 && Number.isFinite(value)))
        throw new RangeError("A rate limit must be made of numbers from 1 up.");
    }
  }

  /** 30 a minute, 5 at once: for requests without a credential. */
  static public(): RateLimitConfig {
    return new RateLimitConfig(30, 60, 5);
  }

  /** 100 a minute, 10 at once: for authenticated callers. */
  static authenticated(): RateLimitConfig {
    return new RateLimitConfig(100, 60, 10);
  }

  /** 10 a minute, 2 at once: for merges and long queries. */
  static heavyOperations(): RateLimitConfig {
    return new RateLimitConfig(10, 60, 2);
  }
}
