import { describe, expect, it } from "vitest";
import { Leases } from "../../dist/front/leases.js";
import { clientFacts, FRONT_HEADER, frontHeader } from "../../dist/http/front/front-header.js";
import { TokenBucket } from "../../dist/rate-limit/token-bucket.js";

describe("facts about a client", () => {
  it("arrive as they were sent", () => {
    const all = [
      { scheme: "https", address: "2001:db8::1", isOneTooMany: false, isLate: false, target: null },
      { scheme: "http", address: "unknown", isOneTooMany: true, isLate: false, target: null },
      { scheme: "http", address: "10.0.0.1", isOneTooMany: false, isLate: true, target: "*" },
      { scheme: "a b\r\nx: y", address: "é %", isOneTooMany: false, isLate: false, target: "ftp://x y/ö" },
    ];
    for (const facts of all) {
      const text = frontHeader(facts);
      expect(text).toMatch(/^[\x20-\x7e]+$/);
      expect(clientFacts({ headers: { [FRONT_HEADER]: text } })).toEqual(facts);
    }
  });

  it("are nobody's where none were sent", () => {
    expect(clientFacts({ headers: {} })).toMatchObject({ address: "unknown", isOneTooMany: false, target: null });
  });
});

describe("a lease", () => {
  it("is at most a tenth of a bucket, and goes back", () => {
    const bucket = new TokenBucket(1, 1000, 100, 0);
    const lease = bucket.lease(0);
    expect(lease).toMatchObject({ tokens: 10, allowed: true, limit: 1, remaining: 90 });
    bucket.giveBack(4, 0);
    expect(bucket.take(0)).toMatchObject({ allowed: true, remaining: 93 });
    bucket.giveBack(1000, 0);
    expect(bucket.take(0).remaining).toBe(99);
  });

  it("of a small bucket is one token, and none of an empty one", () => {
    const bucket = new TokenBucket(1, 1000, 3, 0);
    const tokens = [1, 2, 3, 4].map(() => bucket.lease(0).tokens);
    expect(tokens).toEqual([1, 1, 1, 0]);
    expect(bucket.lease(0)).toMatchObject({ allowed: false, remaining: 0, retryAfter: 1 });
    bucket.charge(1, 0);
    expect(bucket.lease(0).tokens).toBe(0);
    // A debt isn't made smaller by asking.
    expect(bucket.lease(1000).tokens).toBe(0);
    expect(bucket.lease(2000).tokens).toBe(1);
  });
});

describe("leases", () => {
  const lease = (tokens: number, remaining: number) => {
    return { tokens, remaining, limit: 9, reset: 7, allowed: tokens > 0, retryAfter: 0 };
  };
  const made = (enforced: boolean, ...answers: number[]) => {
    const asked: string[] = [];
    const back: number[] = [];
    const leases = new Leases(
      "query",
      enforced,
      async (_, caller) => {
        asked.push(caller);
        return lease(answers.shift() ?? 0, 50);
      },
      (_, __, tokens) => void back.push(tokens),
    );
    return { leases, asked, back };
  };

  it("are spent one by one, asked for once by all who wait, and returned", async () => {
    const { leases, asked, back } = made(true, 3, 2);
    const first = await Promise.all([1, 2, 3, 4].map(() => leases.take("a")));
    expect(first).toEqual([
      { limit: 9, remaining: 52, reset: 7 },
      { limit: 9, remaining: 51, reset: 7 },
      { limit: 9, remaining: 50, reset: 7 },
      null,
    ]);
    leases.putBack("a");
    expect(leases.take("a")).toMatchObject({ remaining: 50 });
    expect(asked).toEqual(["a"]);
    expect(await leases.take("a")).toMatchObject({ remaining: 51 });
    leases.close();
    expect([asked, back]).toEqual([["a", "a"], [1]]);
  });

  it("of an empty bucket leave a request to main where limits are enforced, and answer it where they aren't", async () => {
    const strict = made(true);
    expect(await strict.leases.take("a")).toBe(null);
    expect(strict.leases.take("a")).toBe(null);
    strict.leases.close();
    const lax = made(false, 1);
    expect(await lax.leases.take("a")).toMatchObject({ remaining: 50 });
    expect(await lax.leases.take("a")).toMatchObject({ remaining: 50 });
    for (let times = 0; times < 10; times++) expect(lax.leases.take("a")).toMatchObject({ limit: 9, remaining: 50 });
    expect(lax.asked.length).toBe(2);
    lax.leases.close();
  });

  it("that can't be had leave a request to main", async () => {
    const leases = new Leases(
      "query",
      false,
      () => Promise.reject(new Error("no main")),
      () => {},
    );
    expect(await leases.take("a")).toBe(null);
    leases.close();
  });
});
