import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  AuthenticationError,
  ConflictError,
  ConnectionError,
  HeliosDBClient,
  HeliosDBError,
  InvalidRequestError,
  isHeliosDBError,
  NotFoundError,
  QueryTimeoutError,
  UnexpectedResponseError,
} from "../src/index.js";
import { IN_BROWSER } from "./support/in-browser.js";
import { refusal, type Scripted, ScriptedServer } from "./support/scripted-server.js";

let server: ScriptedServer;
beforeEach(async () => {
  server = await ScriptedServer.start();
});
afterEach(() => server.stop());

async function errorAfter(answer: Parameters<ScriptedServer["answers"]>[0]): Promise<HeliosDBError> {
  server.answers(answer);
  const error = await server
    .client({ retry: { attempts: 1 } })
    .branches.get("x")
    .catch((error: unknown) => error);
  expect(error).toBeInstanceOf(HeliosDBError);
  return error as HeliosDBError;
}

it.each([
  [400, InvalidRequestError],
  [401, AuthenticationError],
  [403, AuthenticationError],
  [404, NotFoundError],
  [408, QueryTimeoutError],
  [409, ConflictError],
  [422, InvalidRequestError],
  [500, HeliosDBError],
])("status %i is a %o", async (status, Class) => {
  const error = await errorAfter(refusal(status, "SOME_CODE"));
  expect(error.constructor).toBe(Class);
  expect(error.name).toBe(Class.name);
  expect(error).toMatchObject({ status, code: "SOME_CODE", message: "refused with SOME_CODE", requestId: "req_1" });
});

it("machine data stands in details, without what has a field of its own", async () => {
  const conflicts = [{ key: "users:1", column: "name" }];
  const error = await errorAfter(refusal(409, "MERGE_CONFLICT", { conflicts, conflict_count: 7 }));
  expect(error.details).toEqual({ conflicts, conflict_count: 7 });
});

it("an error in the server's other dialect is read too", async () => {
  const error = await errorAfter({
    status: 409,
    body: {
      success: false,
      error: { code: "MERGE_CONFLICT", message: "It has conflicts", details: { conflict_count: 7 } },
      meta: { request_id: "req_9", execution_time_ms: 1 },
    },
  });
  expect(error).toBeInstanceOf(ConflictError);
  expect(error).toMatchObject({ code: "MERGE_CONFLICT", message: "It has conflicts", requestId: "req_9" });
  expect(error.details).toEqual({ conflict_count: 7 });
});

it.each<[string, Scripted]>([
  [
    "a proxy's page with an error",
    { status: 502, headers: { "content-type": "text/html" }, text: "<html>bad gateway" },
  ],
  [
    "a proxy's page that names nothing of ours",
    { status: 404, headers: { "content-type": "text/html" }, text: "<html>" },
  ],
  ["another server's JSON", { status: 403, body: { message: "Forbidden" } }],
  ["JSON that is no object", { status: 500, body: ["no"] }],
  ["a login form", { headers: { "content-type": "text/html" }, text: "<html>log in" }],
  ["JSON that is cut off", { text: '{"id": "br_1", "na' }],
  ["nothing", { text: "" }],
  ["the other dialect", { body: { success: true, data: {}, meta: {} } }],
])("%s is an error of its own", async (_what, answer) => {
  const error = await errorAfter(answer);
  expect(error.constructor).toBe(UnexpectedResponseError);
  expect(error).toBeInstanceOf(ConnectionError);
  expect(error).toMatchObject({
    name: "UnexpectedResponseError",
    code: "INVALID_ANSWER",
    status: answer.status ?? 200,
  });
  expect(error.details.content_type).toBe(answer.headers?.["content-type"] ?? "application/json");
  if (answer.text !== undefined) expect(error.details.beginning).toBe(answer.text);
  expect(server.seen).toHaveLength(1);
});

it("a redirect is an error that names its target: following it could hand the key to another host", async () => {
  const error = await errorAfter({ status: 307, headers: { location: "http://192.0.2.1/" }, text: "" });
  expect(error.constructor).toBe(UnexpectedResponseError);
  // A browser tells nobody where it would lead.
  if (!IN_BROWSER) expect(error.message).toContain("a redirect to http://192.0.2.1/");
  expect(server.seen).toHaveLength(1);
});

describe("isHeliosDBError", () => {
  it.skipIf(IN_BROWSER)("tells errors by code, and knows those of another copy of the library", async () => {
    const error: unknown = await errorAfter(refusal(404, "BRANCH_NOT_FOUND"));
    expect(isHeliosDBError(error)).toBe(true);
    expect(isHeliosDBError(error, "TABLE_NOT_FOUND", "BRANCH_NOT_FOUND")).toBe(true);
    expect(isHeliosDBError(error, "TABLE_NOT_FOUND")).toBe(false);
    vi.resetModules();
    const copy: typeof import("../src/index.js") = await import("../src/index.js");
    const other = new copy.NotFoundError("gone", { code: "BRANCH_NOT_FOUND", status: 404, details: {} });
    expect(other).not.toBeInstanceOf(NotFoundError);
    expect(isHeliosDBError(other, "BRANCH_NOT_FOUND")).toBe(true);
  });

  it.each([new Error("x"), { code: "BRANCH_NOT_FOUND" }, null, "BRANCH_NOT_FOUND"])("takes %o for none", (value) => {
    expect(isHeliosDBError(value)).toBe(false);
  });
});

it.each([
  ["no url", { baseUrl: "localhost:8080" }, /http or https/],
  ["the version in it", { baseUrl: "http://localhost/v1" }, /\/v1/],
  ["no attempts", { baseUrl: "http://localhost", retry: { attempts: 0 } }, /retry\.attempts/],
])("options with %s are refused where the client is made", (_what, options, message) => {
  expect(() => new HeliosDBClient(options)).toThrow(message);
});
