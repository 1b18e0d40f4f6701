import { afterEach, beforeEach, expect, it } from "vitest";
import {
  AuthenticationError,
  ConflictError,
  HeliosDBClient,
  HeliosDBError,
  InvalidRequestError,
  NotFoundError,
  QueryTimeoutError,
} from "../src/index.js";
import { refusal, ScriptedServer } from "./support/scripted-server.js";

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

it("a proxy's page instead of JSON still gives the status", async () => {
  server.answers({ status: 502, headers: { "content-type": "text/html" }, body: "<html>" });
  await expect(server.client().branches.get("x")).rejects.toMatchObject({ code: "HTTP_502", status: 502 });
});

it("a redirect is an error: following it could hand the key to another host", async () => {
  const error = await errorAfter({ status: 307, headers: { location: "http://192.0.2.1/" } });
  expect(error.status).toBe(307);
  expect(server.seen).toHaveLength(1);
});

it("an answer that is no JSON where JSON was promised is an error of the connection", async () => {
  server.answers({ status: 200, headers: { "content-type": "text/html" } });
  await expect(server.client().branches.get("x")).rejects.toMatchObject({ code: "INVALID_ANSWER", status: 0 });
});

it.each([
  ["no url", { baseUrl: "localhost:8080" }, /http or https/],
  ["the version in it", { baseUrl: "http://localhost/v1" }, /\/v1/],
  ["no attempts", { baseUrl: "http://localhost", retry: { attempts: 0 } }, /retry\.attempts/],
])("options with %s are refused where the client is made", (_what, options, message) => {
  expect(() => new HeliosDBClient(options)).toThrow(message);
});
