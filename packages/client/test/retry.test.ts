import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ConnectionError, HeliosDBError, RateLimitedError } from "../src/index.js";
import { EMPTY_RESULT, NO_BRANCHES, refusal, ScriptedServer } from "./support/scripted-server.js";

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

  it.each(["OVERLOADED", "SHUTTING_DOWN"])("a write after 503 %s: the server did not begin", async (code) => {
    server.answers(refusal(503, code), INSERTED);
    expect((await insert()).inserted).toBe(1);
  });

  it("a query after a lost connection", async () => {
    server.answers({ drop: true }, EMPTY_RESULT);
    await server.client().sql.query("SELECT 1");
    expect(server.seen).toHaveLength(2);
  });
});

describe("what is not sent again", () => {
  it("a write after a lost connection: it may have happened", async () => {
    server.answers({ drop: true }, INSERTED);
    const error = await insert().catch((error: unknown) => error);
    expect(error).toBeInstanceOf(ConnectionError);
    expect((error as ConnectionError).code).toBe("CONNECTION_FAILED");
    expect(server.seen).toHaveLength(1);
  });

  it("a write after a 503 that may have begun", async () => {
    server.answers(refusal(503, "WORKER_LOST"), INSERTED);
    await expect(insert()).rejects.toMatchObject({ code: "WORKER_LOST", status: 503 });
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

  it("when the caller aborts, with the caller's reason, even in a pause", async () => {
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "30" }));
    const reason = new Error("changed my mind");
    const controller = new AbortController();
    const call = server.client().branches.list({ signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(call).rejects.toBe(reason);
  });
});

describe("with an idempotency key", () => {
  const keyed = () => server.client().data.insert("main", "t", [{ id: 1 }], { idempotencyKey: "k-1" });

  it("a write is sent again after a lost connection, by the same key", async () => {
    server.answers({ drop: true }, INSERTED);
    expect((await keyed()).inserted).toBe(1);
    expect(server.seen.map((request) => request.headers["idempotency-key"])).toEqual(["k-1", "k-1"]);
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
