import { describe, expect, it } from "vitest";
import { RateLimitConfig } from "../../dist/index.js";
import { TokenBucket } from "../../dist/rate-limit/token-bucket.js";

const START = 1_700_000_000_000;

describe("a token bucket of 60 a minute, 3 at once", () => {
  const bucket = () => new TokenBucket(60, 60_000, 3, START);

  it("lets the burst through, then one a second", () => {
    const one = bucket();
    expect([0, 0, 0, 0, 500, 1000, 1001].map((ms) => one.take(START + ms).allowed)).toEqual([
      true,
      true,
      true,
      false,
      false,
      true,
      false,
    ]);
  });

  it("says what is left, when it is whole, and when to come back", () => {
    const one = bucket();
    expect(one.take(START)).toEqual({ allowed: true, limit: 60, remaining: 2, reset: START / 1000 + 1, retryAfter: 0 });
    one.take(START);
    one.take(START);
    expect(one.take(START)).toEqual({
      allowed: false,
      limit: 60,
      remaining: 0,
      reset: START / 1000 + 3,
      retryAfter: 1,
    });
  });

  it("does not count the requests it refused", () => {
    const one = bucket();
    for (let index = 0; index < 100; index++) one.take(START);
    expect(one.take(START + 1000).allowed).toBe(true);
  });

  it("never holds more than the burst, and gives nothing for a clock set back", () => {
    const one = bucket();
    expect(one.take(START + 3_600_000).remaining).toBe(2);
    one.take(START);
    one.take(START);
    expect(one.take(START - 3_600_000).allowed).toBe(false);
  });

  it("can be in debt for work that is done, by a window at most", () => {
    const one = bucket();
    one.charge(1000, START);
    expect(one.debt(START)?.retryAfter).toBe(61);
    expect(one.debt(START + 61_000)).toBeNull();
  });
});

it("the presets are the tutorial's", () => {
  const shown = (config: RateLimitConfig) => [config.maxRequests, config.windowSecs, config.burst];
  expect(shown(RateLimitConfig.public())).toEqual([30, 60, 5]);
  expect(shown(RateLimitConfig.authenticated())).toEqual([100, 60, 10]);
  expect(shown(RateLimitConfig.heavyOperations())).toEqual([10, 60, 2]);
  expect(shown(new RateLimitConfig(150, 60, 15))).toEqual([150, 60, 15]);
  expect(() => new RateLimitConfig(0, 60, 1)).toThrow(RangeError);
});
