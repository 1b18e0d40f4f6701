import { afterEach, describe, expect, it } from "vitest";
import { RateLimitConfig, RateLimitMiddleware } from "../../dist/index.js";
import { type Answer, call, get, post, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer | undefined;
afterEach(async () => {
  await server?.remove();
  server = undefined;
});

const shown = ({ headers }: Answer) => ["limit", "remaining"].map((name) => Number(headers.get(`x-ratelimit-${name}`)));

describe("rate limits", () => {
  it("let the burst through and then answer 429 as the tutorial shows it", async () => {
    server = await startServer({ limits: new RateLimitMiddleware(RateLimitConfig.authenticated()) });
    const answers: Answer[] = [];
    // The bucket is refilled meanwhile, so that on a busy machine more than ten get through.
    do answers.push(await get(server, "/v1/branches"));
    while (answers.length < 100 && answers.at(-1)!.status === 200);
    expect(answers.length).toBeGreaterThan(10);
    expect(shown(answers[0]!)).toEqual([100, 9]);
    const refused = answers.at(-1)!;
    expect(refused.status).toBe(429);
    expect(refused.body).toMatchObject({
      error: "TooManyRequests",
      message: "Rate limit exceeded",
      code: "RATE_LIMITED",
    });
    expect(shown(refused)).toEqual([100, 0]);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
    const reset = Number(refused.headers.get("x-ratelimit-reset"));
    expect(Math.abs(reset - Date.now() / 1000 - 6)).toBeLessThan(3);
    // Another caller has a bucket of its own, and what is public is never counted.
    expect((await get(server, "/v1/branches", { key: KEYS.read })).status).toBe(200);
    const health = await get(server, "/health");
    expect([health.status, health.headers.get("x-ratelimit-limit")]).toEqual([200, null]);
  });

  it("spend wrong credentials from the address's bucket", async () => {
    server = await startServer({ limits: new RateLimitMiddleware() });
    const statuses: number[] = [];
    for (let index = 0; index < 6; index++) {
      statuses.push((await get(server, "/v1/branches", { key: `guess-${index}` })).status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
    expect((await get(server, "/v1/branches")).status).toBe(200);
  });

  it("count merges as heavy", async () => {
    server = await startServer({ limits: new RateLimitMiddleware() });
    const merge = () => post(server!, "/v1/branches/main/merge", { target: "main" });
    expect(shown(await merge())).toEqual([10, 1]);
    expect((await merge()).status).toBe(422);
    expect((await merge()).status).toBe(429);
    expect((await get(server, "/v1/branches")).status).toBe(200);
  });

  it("charge a long query for its seconds", async () => {
    server = await startServer({ limits: new RateLimitMiddleware(new RateLimitConfig(1000, 60, 1000)) });
    const sql = "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM c) SELECT count(*) FROM c";
    const long = { sql, timeout_ms: 3100 };
    expect((await post(server, "/v1/branches/main/query", long)).status).toBe(408);
    const next = await post(server, "/v1/branches/main/query", { sql: "SELECT 1" }, { accept: SPEC });
    expect([next.status, next.body.error.code]).toEqual([429, "RATE_LIMITED"]);
    expect((await get(server, "/v1/branches")).status).toBe(200);
  });

  it("have the specification's numbers in its profile", async () => {
    server = await startServer({ limits: new RateLimitMiddleware(undefined, { profile: "spec" }) });
    expect(shown(await get(server, "/v1/branches"))).toEqual([1000, 999]);
    expect(shown(await post(server, "/v1/branches/main/query", { sql: "SELECT 1" }))).toEqual([60, 59]);
    expect(shown(await post(server, "/v1/branches", { name: "a" }))).toEqual([10, 9]);
    // A merge is a write like any other there.
    expect(shown(await post(server, "/v1/branches/a/merge", { target: "main" }))).toEqual([100, 99]);
    expect(shown(await call(server, "DELETE", "/v1/branches/a"))).toEqual([100, 98]);
  });

  it("only count where the server is for its own machine", async () => {
    server = await startServer();
    for (let index = 0; index < 15; index++) expect((await get(server, "/v1/branches")).status).toBe(200);
    expect(shown(await get(server, "/v1/branches"))).toEqual([100, 0]);
  });

  it("believe X-Forwarded-For from trusted proxies alone", async () => {
    const from = (address: string) => ({ key: null, headers: { "x-forwarded-for": address } });
    server = await startServer();
    await get(server, "/v1/branches", from("203.0.113.1"));
    expect(shown(await get(server, "/v1/branches", from("203.0.113.2")))).toEqual([30, 3]);
    await server.remove();
    server = await startServer({ server: { trustedProxies: ["127.0.0.1"] } });
    await get(server, "/v1/branches", from("203.0.113.1"));
    expect(shown(await get(server, "/v1/branches", from("203.0.113.2")))).toEqual([30, 4]);
    expect(shown(await get(server, "/v1/branches", from("203.0.113.1")))).toEqual([30, 3]);
  });
});
