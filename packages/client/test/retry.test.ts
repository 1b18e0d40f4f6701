import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ConnectionError, type HeliosDBClient, HeliosDBError, RateLimitedError } from "../src/index.js";
import { delayMs } from "../src/transport/retry.js";
import { EMPTY_RESULT, NO_BRANCHES, refusal, type Scripted, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

const INSERTED = { status: 201, body: { inserted: 1, ids: [1], message: "", scn: 2 } };
const insert = (client = server.client()) => client.data.insert("main", "t", [{ id: 1 }]);

describe("what is sent again", () => {
  it("a read after 429, when Retry-After has passed", async () => {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "1" }), NO_BRANCHES);
    const from = Date.now();
    await server.client().branches.list();
    expect(Date.now() - from).toBeGreaterThanOrEqual(950);
    expect(server.seen).toHaveLength(2);
  });

  it("a write after 429: the server did nothing", async () => {
    server.answers(refusal(429, "RATE_LIMITED"), INSERTED);
    expect((await insert()).inserted).toBe(1);
    expect(server.seen.map((request) => request.body)).toEqual([{ rows: [{ id: 1 }] }, { rows: [{ id: 1 }] }]);
  });

  it.each(["OVERLOADED", "SHUTTING_DOWN", "NOT_ACTIVE"])(
    "a write after 503 %s: the server did not begin",
    async (code) => {
      server.answers(refusal(503, code), INSERTED);
      expect((await insert()).inserted).toBe(1);
    },
  );

  it.each<[string, Scripted]>([
    ["a lost connection", { drop: true }],
    ["a response that is cut off", { ...EMPTY_RESULT, cut: true }],
    ["a 503 that may have begun", refusal(503, "WORKER_LOST")],
    ["a proxy's 502", { status: 502, text: "<html>" }],
    ["a proxy's 504", { status: 504, text: "<html>" }],
  ])("a query and a POST after %s", async (_what, failure) => {
    server.answers(failure, EMPTY_RESULT);
    await server.client().sql.query("SELECT 1");
    server.answers(failure, INSERTED);
    expect((await insert()).inserted).toBe(1);
    expect(server.seen).toHaveLength(4);
  });

  it("a POST that changes something by a key of its own for each call, a query without", async () => {
    server.answers({ drop: true }, INSERTED);
    await insert();
    await insert();
    server.answers(EMPTY_RESULT);
    await server.client().sql.query("SELECT 1");
    const keys = server.seen.map((request) => request.headers["idempotency-key"]);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect([keys[1], keys[3]]).toEqual([keys[0], undefined]);
    expect(new Set(keys.slice(0, 3)).size).toBe(2);
  });

  it("nothing where retries are off, so that no key is needed", async () => {
    server.answers(INSERTED);
    await insert(server.client({ retry: { attempts: 1 } }));
    expect(server.seen[0]?.headers["idempotency-key"]).toBeUndefined();
  });

  it("a POST by path, too", async () => {
    server.answers({ drop: true }, NO_BRANCHES);
    await server
      .client()
      .raw("lite")
      .POST("/v1/branches", { body: { name: "dev" } });
    const keys = server.seen.map((request) => request.headers["idempotency-key"]);
    expect(keys).toEqual([expect.stringMatching(/^[0-9a-f]{32}$/), keys[0]]);
  });
});

describe("what is not sent again", () => {
  const CHANGED = { body: { updated: 1, deleted: 1, message: "", scn: 2 } };
  const update = (client: HeliosDBClient) => client.data.update("main", "t", { filter: "id = 1", values: { a: 1 } });
  const changes: [string, (client: HeliosDBClient) => Promise<unknown>][] = [
    ["PUT", update],
    ["PATCH", (client) => client.branches.update("dev", { displayName: "x" })],
    ["DELETE", (client) => client.branches.delete("dev")],
  ];

  it.each(changes)("a %s after a lost connection: it may have happened", async (_method, change) => {
    server.answers({ drop: true }, CHANGED);
    const error = await change(server.client()).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as ConnectionError).code).toBe("CONNECTION_FAILED");
    expect(server.seen).toHaveLength(1);
  });

  it.each<[string, Scripted]>([
    ["a 503 that may have begun", refusal(503, "WORKER_LOST")],
    ["a proxy's 502", { status: 502, text: "<html>" }],
  ])("a PUT after %s", async (_what, failure) => {
    server.answers(failure, CHANGED);
    await expect(update(server.client())).rejects.toMatchObject({ status: failure.status });
    expect(server.seen).toHaveLength(1);
  });

  it.each([400, 401, 404, 408, 409, 422, 500])("anything after %i", async (status) => {
    server.answers(refusal(status, "SOME_CODE"), NO_BRANCHES);
    await expect(server.client().branches.list()).rejects.toBeInstanceOf(HeliosDBError);
    expect(server.seen).toHaveLength(1);
  });

  it("more often than `attempts` says", async () => {
    server.answers(refusal(429, "RATE_LIMITED"));
    const error = await server
      .client({ retry: { attempts: 3 } })
      .branches.list()
      .catch((error: unknown) => error);
    expect(error).toBeInstanceOf(RateLimitedError);
    expect(server.seen).toHaveLength(3);
  });

  it("after a pause longer than `maxDelayMs`: the error tells it instead", async () => {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "120" }));
    await expect(server.client().branches.list()).rejects.toMatchObject({ retryAfter: 120 });
    expect(server.seen).toHaveLength(1);
  });
});

describe("pauses", () => {
  const error = (retryAfter?: number) =>
    new HeliosDBError("busy", { code: "OVERLOADED", status: 503, details: {}, retryAfter });
  const options = { attempts: 9, baseDelayMs: 100, maxDelayMs: 1000 };
  const range = (attempt: number, retryAfter?: number) => {
    const pauses = Array.from({ length: 500 }, () => delayMs(error(retryAfter), attempt, options));
    return [Math.min(...pauses), Math.max(...pauses)] as const;
  };

  it.each([
    [1, undefined, 50, 100],
    [3, undefined, 200, 400],
    [7, undefined, 500, 1000],
    [1, 2, 2000, 2100],
    [7, 2, 2000, 3000],
  ])("before attempt %i + 1 with Retry-After %o are from %i to %i ms, and differ", (attempt, retryAfter, from, to) => {
    const [shortest, longest] = range(attempt, retryAfter);
    expect(shortest).toBeGreaterThanOrEqual(from);
    expect(longest).toBeLessThanOrEqual(to);
    expect(longest - shortest).toBeGreaterThan((to - from) * 0.8);
  });
});

describe("giving up", () => {
  it("when an attempt is not answered in time", async () => {
    server.answers({ hang: true });
    const client = server.client({ requestTimeoutMs: 50, retry: { attempts: 1 } });
    await expect(client.auth.me()).rejects.toMatchObject({ code: "REQUEST_TIMEOUT", status: 0 });
  });

  it("not before the server's own limit for the statement", async () => {
    server.answers(EMPTY_RESULT);
    const client = server.client({ requestTimeoutMs: 1, retry: { attempts: 1 } });
    await expect(client.sql.query("SELECT 1", { timeoutMs: 10_000 })).resolves.toMatchObject({ rowCount: 0 });
  });

  it("at once when the client is closed, also in a pause", async () => {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "1" }));
    const client = server.client();
    const pending = client.branches.list();
    await vi.waitFor(() => expect(server.seen).toHaveLength(1));
    await client.close();
    const closed = new TypeError("The client is closed. Make another one.");
    await expect(client.branches.list()).rejects.toThrow(closed);
    await expect(client.sql.stream("SELECT 1")).rejects.toThrow(closed);
    await expect(pending).rejects.toThrow(closed);
    expect(server.seen).toHaveLength(1);
  });

  it("when the caller aborts, with the caller's reason, even in a pause", async () => {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "30" }));
    const reason = new Error("changed my mind");
    const controller = new AbortController();
    const call = server.client().branches.list({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
  });
});

describe("with an idempotency key of the caller", () => {
  const keyed = () => server.client().data.insert("main", "t", [{ id: 1 }], { idempotencyKey: "k-1" });

  it("a write is sent again after a lost connection, by the same key", async () => {
    server.answers({ drop: true }, INSERTED);
    expect((await keyed()).inserted).toBe(1);
    expect(server.seen.map((request) => request.headers["idempotency-key"])).toEqual(["k-1", "k-1"]);
  });

  it("another call that has to come before is named to the server", async () => {
    server.answers({ drop: true }, INSERTED);
    const options = { idempotencyKey: "k-2", idempotencyAfter: "k-1" };
    await server.client().data.insert("main", "t", [{ id: 1 }], options);
    expect(server.seen.map((request) => request.headers["idempotency-after"])).toEqual(["k-1", "k-1"]);
  });

  it("the first attempt, still under way, is waited for", async () => {
    const busy = refusal(409, "IDEMPOTENCY_IN_PROGRESS", {}, { "retry-after": "1" });
    server.answers({ drop: true }, busy, INSERTED);
    expect((await keyed()).inserted).toBe(1);
  });

  it("a misused key is no reason to try again", async () => {
    server.answers(refusal(422, "IDEMPOTENCY_MISMATCH"));
    await expect(keyed()).rejects.toMatchObject({ code: "IDEMPOTENCY_MISMATCH" });
    expect(server.seen).toHaveLength(1);
  });
});
