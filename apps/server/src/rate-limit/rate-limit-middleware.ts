import type { RateProfile } from "./classes.js";
import { RateLimitConfig } from "./rate-limit-config.js";
import { RateLimiter } from "./rate-limiter.js";

export interface RateLimitOptions {
  /** Default `tutorial`. */
  readonly profile?: RateProfile;
  /** False counts and reports, but refuses nobody. Default true. */
  readonly enforced?: boolean;
}

/** The rate limits of a server. */
export class RateLimitMiddleware {
  /**
   * @param config limits of an authenticated caller; requests without a credential and heavy operations have their own
   * limits
   */
  constructor(
    private readonly config: RateLimitConfig = RateLimitConfig.authenticated(),
    private readonly options: RateLimitOptions = {},
  ) {}

  /** Called by ApiServer. */
  start(): RateLimiter {
    return new RateLimiter(this.options.profile ?? "tutorial", this.config, this.options.enforced ?? true);
  }
}
