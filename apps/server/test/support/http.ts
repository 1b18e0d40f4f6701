import { expect } from "vitest";
import { viewIn } from "../../dist/surfaces/v1/formats/presenters.js";
import { OPERATIONS } from "../../dist/surfaces/v1/routes/index.js";
import { record } from "./recording.js";
import { KEYS } from "./server.js";

export const LITE = "application/vnd.heliosdb.lite.v1+json";
export const SPEC = "application/vnd.heliosdb.v1+json";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read bodies field by field
  readonly body: any;
}

export interface CallOptions {
  readonly key?: string | null;
  readonly token?: string;
  readonly accept?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is, in place of JSON. */
  readonly raw?: string | Uint8Array;
}

/** Sends a request, and holds its answer against the schema that the OpenAPI document promises for it. */
export async function call(
  server: { url: string },
  method: string,
  path: string,
  body?: unknown,
  options: CallOptions = {},
): Promise<Answer> {
  const { key = KEYS.admin, token, accept, raw } = options;
  const payload = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const response = await fetch(server.url + path, {
    method,
    body: payload as NonNullable<RequestInit["body"]> | undefined,
    headers: {
      ...(key !== null && { "x-api-key": key }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(accept !== undefined && { accept }),
      ...(payload !== undefined && { "content-type": "application/json" }),
      ...options.headers,
    },
  });
  const text = await response.text();
  const isJson = /[/+]json/.test(response.headers.get("content-type") ?? "");
  const answer = { status: response.status, headers: response.headers, body: isJson && text ? JSON.parse(text) : text };
  expectPromised(method, path, body, answer, accept);
  return answer;
}

export function get(server: { url: string }, path: string, options?: CallOptions): Promise<Answer> {
  return call(server, "GET", path, undefined, options);
}

export function post(server: { url: string }, path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
  return call(server, "POST", path, body, options);
}

export function patch(server: { url: string }, path: string, body?: unknown, options?: CallOptions): Promise<Answer> {
  return call(server, "PATCH", path, body, options);
}

/** The same, for a step that must succeed before the test proper. */
export async function must(server: { url: string }, method: string, path: string, body?: unknown) {
  const answer = await call(server, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

export function execute(server: { url: string }, sql: string, branch = "main") {
  return must(server, "POST", `/v1/branches/${branch}/execute`, { sql });
}

export async function rows(server: { url: string }, sql: string, branch = "main") {
  return (await must(server, "POST", `/v1/branches/${branch}/query`, { sql })).rows;
}

function expectPromised(method: string, path: string, sent: unknown, answer: Answer, accept: string | undefined): void {
  expect(answer.headers.get("vary")).toContain("Accept");
  expect(answer.headers.get("x-request-id")).toBeTruthy();
  const dialect = accept === SPEC ? "spec" : "lite";
  const plain = path.split("?")[0]!;
  const operation = OPERATIONS.find(
    (candidate) =>
      candidate.method === method && new RegExp(`^${candidate.path.replace(/\{\w+\}/g, "[^/]+")}$`).test(plain),
  );
  if (operation) record({ operation: operation.id, dialect, url: path, body: sent, answer });
  if (answer.status >= 400) {
    if (typeof answer.body !== "object") return;
    const known = dialect === "spec" ? answer.body.error : answer.body;
    expect(known.message).toBeTypeOf("string");
    expect(known.code).toMatch(/^[A-Z_]+$/);
    expect(JSON.stringify(answer.body)).not.toMatch(/node_modules|\.js:\d|\.ts:\d|\/tmp\//);
    return;
  }
  const schema = operation?.view && viewIn(dialect, operation.view).schema;
  if (schema) schema.parse(answer.body, "");
}
