/**
 * The rate limit class of a request. In the tutorial's profile, `read`, `write`, `query` and `branch` share one bucket
 * ("authenticated"); the spec's profile has one for each. `public` is for requests without a credential. `heavyWrite`
 * is heavy in the tutorial's profile and a write in the spec's, which has no heavy operations.
 */
export const RATE_CLASSES = ["public", "read", "write", "query", "branch", "heavy", "heavyWrite"] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

export const RATE_PROFILES = ["tutorial", "spec"] as const;
export type RateProfile = (typeof RATE_PROFILES)[number];
