import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RateLimitMiddleware } from "../../dist/index.js";
import { expectForm } from "../support/form.js";
import { type Answer, type CallOptions, call, SPEC } from "../support/http.js";
import { KEYS, startServer, type TestServer } from "../support/server.js";

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.remove());

const ask = (method: string, path: string, body?: unknown, options: CallOptions = {}): Promise<Answer> =>
  call(server, method, path, body, { accept: SPEC, ...options });

/** The form of every error; `details` has what else there is to tell. */
function expectError({ status, body }: Answer, expected: number, code: string): void {
  const meta = { request_id: "req_1", execution_time_ms: 1 };
  expect([status, body.error?.code]).toEqual([expected, code]);
  const { details } = body.error;
  expect(details).toBeTypeOf("object");
  expectForm(body, { success: false, error: { code: "CODE", message: "What was wrong", details }, meta });
}

describe("the specification's errors, each with its status, code and form", () => {
  it("404 BRANCH_NOT_FOUND", async () => {
    const answer = await ask("GET", "/v1/branches/feature-xyz");
    expectError(answer, 404, "BRANCH_NOT_FOUND");
    expect(answer.body.error.message).toContain("'feature-xyz'");
  });

  it("409 BRANCH_EXISTS", async () => {
    expectError(await ask("POST", "/v1/branches", { name: "main" }), 409, "BRANCH_EXISTS");
  });

  it("403 BRANCH_PROTECTED", async () => {
    await ask("POST", "/v1/branches", { name: "kept" });
    await ask("PATCH", "/v1/branches/kept", { is_protected: true });
    const sql = "CREATE TABLE t (a)";
    expectError(await ask("POST", "/v1/branches/kept/execute", { sql }), 403, "BRANCH_PROTECTED");
    expectError(await ask("DELETE", "/v1/branches/kept"), 403, "BRANCH_PROTECTED");
    expectError(await ask("DELETE", "/v1/branches/main"), 403, "BRANCH_PROTECTED");
  });

  it("409 MERGE_CONFLICT", async () => {
    await ask("POST", "/v1/branches/main/execute", { sql: "CREATE TABLE c (id INTEGER PRIMARY KEY, v)" });
    await ask("POST", "/v1/branches", { name: "other" });
    for (const branch of ["main", "other"]) {
      await ask("POST", `/v1/branches/${branch}/execute`, { sql: `INSERT INTO c VALUES (1, '${branch}')` });
    }
    const body = { target_branch: "main", conflict_resolution: "manual" };
    expectError(await ask("POST", "/v1/branches/other/merge", body), 409, "MERGE_CONFLICT");
  });

  it("400 INVALID_SQL", async () => {
    expectError(await ask("POST", "/v1/branches/main/query", { sql: "SELEC 1" }), 400, "INVALID_SQL");
  });

  it("401 UNAUTHORIZED", async () => {
    expectError(await ask("GET", "/v1/branches", undefined, { key: null }), 401, "UNAUTHORIZED");
    expectError(await ask("GET", "/v1/branches", undefined, { key: null, token: "a.b.c" }), 401, "UNAUTHORIZED");
  });

  it("403 FORBIDDEN", async () => {
    expectError(await ask("POST", "/v1/branches", { name: "x" }, { key: KEYS.read }), 403, "FORBIDDEN");
  });

  it("429 RATE_LIMITED, with the three headers and Retry-After", async () => {
    const limited = await startServer({ limits: new RateLimitMiddleware(undefined, { profile: "spec" }) });
    try {
      const query = () => call(limited, "POST", "/v1/branches/main/query", { sql: "SELECT 1" }, { accept: SPEC });
      const first = await query();
      const headers = ["X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset"];
      const [limit, remaining, reset] = headers.map((name) => Number(first.headers.get(name)));
      expect([limit, remaining]).toEqual([60, 59]);
      expect(Number.isInteger(reset)).toBe(true);
      let last = first;
      for (let i = 0; i < 80 && last.status === 200; i++) last = await query();
      expectError(last, 429, "RATE_LIMITED");
      expect(Number(last.headers.get("Retry-After"))).toBeGreaterThanOrEqual(1);
    } finally {
      await limited.remove();
    }
  });

  it("500 INTERNAL_ERROR is in the document of every operation, and tells nothing", async () => {
    const { body } = await ask("GET", "/v1/openapi.json", undefined, { key: null });
    for (const methods of Object.values<Record<string, { responses: Record<string, unknown> }>>(body.paths)) {
      for (const { responses } of Object.values(methods))
        expect(JSON.stringify(responses["500"])).toContain("INTERNAL_ERROR");
    }
    const { content } = body.components.responses.INTERNAL_ERROR;
    expectError({ status: 500, headers: new Headers(), body: content[SPEC].example }, 500, "INTERNAL_ERROR");
    expect(content[SPEC].example.error.details).toEqual({});
  });
});
