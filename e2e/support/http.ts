import { API_KEY } from "./server.js";

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // Bodies are asserted on field by field by the tests that read them.
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the tests are about
  readonly body: any;
}

/** Sends one request as the tutorial's clients do. */
export function call(server: { url: string }, method: string, path: string, body?: unknown): Promise<Answer> {
  return callAs(API_KEY, server, method, path, body);
}

/** The same with a key of its own. */
export async function callAs(
  key: string,
  server: { url: string },
  method: string,
  path: string,
  body?: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(server.url + path, {
    method,
    headers: { "x-api-key": key, ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text === "" ? null : parse(text) };
}

/** The same, for a step that must succeed before the test proper. */
export async function must(
  server: { url: string },
  method: string,
  path: string,
  body?: unknown,
): Promise<Answer["body"]> {
  const answer = await call(server, method, path, body);
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

/** Runs a statement on a branch. */
export function execute(
  server: { url: string },
  branch: string,
  sql: string,
  params?: unknown[],
): Promise<Answer["body"]> {
  return must(server, "POST", `/v1/branches/${branch}/execute`, { sql, ...(params ? { params } : {}) });
}

/** Runs a query on a branch, now or at a point. */
export function query(server: { url: string }, branch: string, sql: string, asOf?: unknown): Promise<Answer["body"]> {
  return must(server, "POST", `/v1/branches/${branch}/query`, { sql, ...(asOf === undefined ? {} : { as_of: asOf }) });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
