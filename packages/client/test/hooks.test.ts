import { trace } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Hooks, type TracingSpan, tracingHooks } from "../src/index.js";
import { EMPTY_RESULT, refusal, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(async () => {
  vi.restoreAllMocks();
  await server.stop();
});

type Event = Record<string, unknown>;

/** Hooks that keep what they are told, without what differs from run to run. */
function recorded(): { events: Event[]; hooks: Hooks } {
  const events: Event[] = [];
  const keep = (hook: string) => (event: object) => {
    const { call: _call, durationMs, delayMs, ...rest } = event as Event;
    for (const ms of [durationMs, delayMs]) if (ms !== undefined) expect(ms).toBeGreaterThanOrEqual(0);
    events.push({ hook, ...rest });
  };
  return {
    events,
    hooks: { request: keep("request"), response: keep("response"), retry: keep("retry"), error: keep("error") },
  };
}

const ANSWERED = { ...EMPTY_RESULT, headers: { "x-request-id": "req_2" } };
const TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

describe("hooks", () => {
  it("are told of each attempt, with what it was for and how it ended", async () => {
    const { events, hooks } = recorded();
    server.answers(refusal(429, "RATE_LIMITED"), { drop: true }, ANSWERED);
    await server.client({ hooks }).sql.query("SELECT 1", { branch: "dev" });
    expect(events).toEqual([
      { hook: "request", attempt: 1 },
      { hook: "retry", attempt: 1, code: "RATE_LIMITED", status: 429, requestId: "req_1" },
      { hook: "request", attempt: 2 },
      { hook: "retry", attempt: 2, code: "CONNECTION_FAILED", status: 0, requestId: undefined },
      { hook: "request", attempt: 3 },
      { hook: "response", attempt: 3, status: 200, requestId: "req_2" },
    ]);
  });

  it("are told of a failure, and of an end by the caller", async () => {
    const { events, hooks } = recorded();
    const client = server.client({ hooks });
    server.answers(refusal(404, "BRANCH_NOT_FOUND"));
    await client.branches.get("x").catch(() => {});
    server.answers(refusal(429, "RATE_LIMITED", {}, { "retry-after": "30" }));
    await client.branches.get("x", { signal: AbortSignal.timeout(100) }).catch(() => {});
    server.answers({ hang: true });
    await client.branches.get("x", { signal: AbortSignal.timeout(50) }).catch(() => {});
    const aborted = { hook: "error", attempt: 1, code: "ABORTED", status: 0, requestId: undefined };
    expect(events).toEqual([
      { hook: "request", attempt: 1 },
      { hook: "error", attempt: 1, code: "BRANCH_NOT_FOUND", status: 404, requestId: "req_1" },
      { hook: "request", attempt: 1 },
      { hook: "retry", attempt: 1, code: "RATE_LIMITED", status: 429, requestId: "req_1" },
      aborted,
      { hook: "request", attempt: 1 },
      aborted,
    ]);
  });

  it("get the route's template and the branch, and neither the key nor values", async () => {
    const calls = new Set<unknown>();
    const told: unknown[] = [];
    const keep = (event: { call: unknown }) => {
      calls.add(event.call);
      told.push(event);
    };
    const client = server.client({
      token: "jwt_secret",
      hooks: { request: keep, response: keep, retry: keep, error: keep },
    });
    server.answers(refusal(409, "UNIQUE_VIOLATION", { message: "value_secret", value: "value_secret" }));
    await client.data.insert("main", "t_secret", [{ a: "value_secret" }]).catch(() => {});
    await client.sql.query("SELECT 'value_secret'", { params: ["value_secret"], branch: "dev" }).catch(() => {});
    await client.sql.stream("SELECT 'value_secret'").catch(() => {});
    await client.branches.download("dev", { asOf: "snapshot:value_secret" }).catch(() => {});
    await client
      .raw("spec")
      .GET("/v1/branches", { params: { query: { limit: 7 } } })
      .catch(() => {});
    const origin = server.url;
    expect([...calls]).toEqual([
      { method: "POST", route: "/v1/branches/{branch}/tables/{table}/data", branch: "main", server: origin },
      { method: "POST", route: "/v1/branches/{branch}/query", branch: "dev", server: origin },
      { method: "POST", route: "/v1/branches/{branch}/query", branch: "main", server: origin },
      { method: "GET", route: "/v1/branches/{branch}/file", branch: "dev", server: origin },
      { method: "GET", route: "/v1/branches", branch: undefined, server: origin },
    ]);
    expect(told).toHaveLength(10);
    expect(JSON.stringify(told)).not.toMatch(/secret|hdb_test|SELECT/);
  });

  it("give the trace that is sent, with each attempt its own", async () => {
    server.answers(refusal(429, "RATE_LIMITED"), ANSWERED);
    const hooks: Hooks = {
      request: ({ attempt }) => ({ traceparent: TRACE.replace("b7-", `b${attempt}-`), tracestate: "a=b" }),
    };
    await server.client({ hooks }).sql.query("SELECT 1");
    const sent = server.seen.map(({ headers }) => [headers.traceparent, headers.tracestate]);
    expect(sent).toEqual([1, 2].map((attempt) => [TRACE.replace("b7-", `b${attempt}-`), "a=b"]));
  });

  it("that fail are reported and change nothing", async () => {
    const reported = vi.spyOn(console, "error").mockImplementation(() => {});
    server.answers(ANSWERED);
    const hooks: Hooks = {
      request: () => ({ traceparent: "x-ray" }),
      response: () => {
        throw new Error("my logger");
      },
    };
    await expect(server.client({ hooks }).sql.query("SELECT 1")).resolves.toMatchObject({ rowCount: 0 });
    expect(server.seen[0]?.headers.traceparent).toBeUndefined();
    expect(reported.mock.calls.map(([, error]) => String(error))).toEqual([
      'TypeError: Invalid traceparent "x-ray". Expected the form 00-<32 hex digits>-<16 hex digits>-01.',
      "Error: my logger",
    ]);
  });
});

describe("tracingHooks", () => {
  it("makes a span of each attempt, which names the server's part", async () => {
    const spans: Record<string, unknown>[] = [];
    const startSpan = (name: string, options: object): TracingSpan => {
      const attributes: Record<string, unknown> = {};
      const span: Record<string, unknown> = { name, ...options, set: attributes, status: undefined, ended: 0 };
      const spanId = `00f067aa0ba902b${spans.push(span)}`;
      return {
        spanContext: () => ({ traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId, traceFlags: 1 }),
        setAttribute: (key, value) => {
          attributes[key] = value;
        },
        setStatus: ({ code }) => {
          span.status = code;
        },
        end: () => {
          span.ended = Number(span.ended) + 1;
        },
      };
    };
    server.answers(refusal(429, "RATE_LIMITED"), ANSWERED, { drop: true });
    const client = server.client({ hooks: tracingHooks({ startSpan }) });
    await client.sql.query("SELECT 1");
    await client.branches.delete("dev").catch(() => {});
    const { hostname, port } = new URL(server.url);
    const peer = { "server.address": hostname, "server.port": Number(port) };
    const query = { "http.request.method": "POST", "url.template": "/v1/branches/{branch}/query", ...peer };
    const remove = { "http.request.method": "DELETE", "url.template": "/v1/branches/{branch}", ...peer };
    expect(spans).toEqual([
      {
        name: "POST /v1/branches/{branch}/query",
        kind: 2,
        attributes: { ...query, "heliosdb.branch": "main" },
        set: { "http.response.status_code": 429, "heliosdb.request_id": "req_1", "error.type": "RATE_LIMITED" },
        status: 2,
        ended: 1,
      },
      {
        name: "POST /v1/branches/{branch}/query",
        kind: 2,
        attributes: { ...query, "heliosdb.branch": "main", "http.request.resend_count": 1 },
        set: { "http.response.status_code": 200, "heliosdb.request_id": "req_2" },
        status: undefined,
        ended: 1,
      },
      {
        name: "DELETE /v1/branches/{branch}",
        kind: 2,
        attributes: { ...remove, "heliosdb.branch": "dev" },
        set: { "error.type": "CONNECTION_FAILED" },
        status: 2,
        ended: 1,
      },
    ]);
    expect(server.seen.map(({ headers }) => headers.traceparent)).toEqual(
      [1, 2, 3].map((n) => `00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b${n}-01`),
    );
  });

  it("takes OpenTelemetry's own tracer, which gives no trace before it is configured", async () => {
    server.answers(ANSWERED);
    await server.client({ hooks: tracingHooks(trace.getTracer("test")) }).sql.query("SELECT 1");
    expect(server.seen[0]?.headers.traceparent).toBeUndefined();
  });
});
