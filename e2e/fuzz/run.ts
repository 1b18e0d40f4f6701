import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { API_KEY, ServerProcess } from "../support/server.js";
import { mismatch } from "./document.js";
import { type FuzzRequest, generate, type Keys, Random, SeenIds, SPEC } from "./generate.js";

/** Longer than any deadline that a request can ask for here. */
const HANG_MS = 60_000;
const AT_ONCE = 8;
/** Statuses that any path can give, whatever operation was meant. */
const GENERAL = new Set([404, 405, 413, 415, 429]);

/** The branches beside main. */
const NAMES = ["dev", "work", "other"];
/** Of requests that no operation takes. */
const GENERAL_CODES = new Set(["ROUTE_NOT_FOUND", "METHOD_NOT_ALLOWED"]);

export interface FuzzReport {
  readonly sent: number;
  readonly byStatus: ReadonlyMap<number, number>;
  /** What was wrong, with the request that can be sent again. */
  readonly problems: readonly string[];
}

/** Sends generated requests to a real server and holds every answer against the document. */
export async function fuzz(requests: number, seed: number): Promise<FuzzReport> {
  const server = await ServerProcess.start();
  const byStatus = new Map<number, number>();
  const problems: string[] = [];
  let sent = 0;
  try {
    await prepare(server);
    let keys = await keysOf(server);
    const random = new Random(seed);
    const seen = new SeenIds();
    const caller = async () => {
      while (sent < requests && problems.length < 10) {
        sent++;
        const request = generate(random, keys, seen);
        const problem = await send(server, request, byStatus, seen);
        if (problem)
          problems.push(
            `${problem}\n  ${request.method} ${request.url}\n  ${JSON.stringify(request.headers)}\n  ${request.body}`,
          );
        if (sent % 500 === 0) {
          await keepSmall(server);
          keys = await keysOf(server);
        }
      }
    };
    const ending = new AbortController();
    const ender = endTransactions(server, ending.signal);
    try {
      await Promise.all(Array.from({ length: AT_ONCE }, caller));
    } finally {
      ending.abort();
      await ender;
    }
  } finally {
    await server.remove();
  }
  return { sent, byStatus, problems };
}

async function send(
  server: ServerProcess,
  request: FuzzRequest,
  byStatus: Map<number, number>,
  seen: SeenIds,
): Promise<string | null> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(server.url + request.url, {
      method: request.method,
      headers: request.headers,
      body: request.body,
      redirect: "manual",
      signal: AbortSignal.timeout(HANG_MS),
    });
    text = await textOf(response);
  } catch (error) {
    return `no answer: ${String(error)}`;
  }
  const { status } = response;
  byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
  if (status >= 500 && !(status === 501 && "501" in request.operation.responses))
    return `status ${status}: ${text.slice(0, 300)}`;
  if (/node_modules|\.[cm]?[jt]s:\d+|\/branches\/b\d+\.db/.test(text)) return `leaks: ${text.slice(0, 300)}`;
  if (request.method !== request.operation.method) return null;
  const { surface, responses } = request.operation;
  const promised = responses[status];
  if (!promised) return GENERAL.has(status) ? null : `status ${status} is not in the document: ${text.slice(0, 300)}`;
  // The others have errors of their own, which tests of theirs hold to their documents.
  if (surface !== "v1") return null;
  const type = response.headers.get("content-type")?.split(";")[0]?.trim() ?? "";
  if (!/[/+]json$/.test(type)) return null;
  if (text === "") return promised.content ? `status ${status} without the body that the document has` : null;
  const code = errorCode(text);
  if (status >= 400 && !promised["x-error-codes"]?.includes(code) && !GENERAL_CODES.has(code)) {
    return `status ${status} with ${code} is not in the document: ${text.slice(0, 300)}`;
  }
  if (status < 300) seen.note(text, request.url);
  // The path decides the body of what has one form only, and the dialect that of everything else.
  const form = request.headers.accept === SPEC ? promised.content?.[SPEC] : promised.content?.["application/json"];
  const schema = form?.schema;
  const wrong = schema ? mismatch(schema, JSON.parse(text)) : null;
  return wrong && `status ${status}, but ${wrong}: ${text.slice(0, 300)}`;
}

/** The whole body; of events, which go on for ever, the first that comes. */
async function textOf(response: Response): Promise<string> {
  if (!response.headers.get("content-type")?.startsWith("text/event-stream")) return response.text();
  // The answer to HEAD has none.
  if (response.body === null) return "";
  const reader = response.body.getReader();
  const { value } = await reader.read();
  await reader.cancel();
  return new TextDecoder().decode(value);
}

/** Helium takes the key of a session, which ends when its API key goes; the others take the API key itself. */
async function keysOf(server: ServerProcess): Promise<Keys> {
  const response = await fetch(`${server.url}/api/v1/login`, {
    method: "POST",
    body: new URLSearchParams({ username: "k_admin", password: API_KEY }),
  });
  const { apiKey } = (await response.json()) as { apiKey: string };
  return { v1: API_KEY, rqlite: API_KEY, sqlexec: API_KEY, helium: apiKey };
}

/** Of an error in either dialect. */
function errorCode(text: string): string {
  const body = JSON.parse(text) as { code?: string; error?: { code?: string } | string };
  return body.code ?? (typeof body.error === "object" ? body.error.code : undefined) ?? "none";
}

async function prepare(server: ServerProcess): Promise<void> {
  const statements = [
    "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, age INT CHECK (age < 100000))",
    "CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id))",
    "CREATE TABLE seen (who TEXT)",
    "INSERT INTO users VALUES (1, 'Ann', 30), (2, 'Bob', 40), (3, 'Cid', 50)",
    "INSERT INTO orders VALUES (1, 1), (2, 2)",
  ];
  for (const sql of statements) await post(server, "/v1/branches/main/execute", { sql });
  for (const name of NAMES) await post(server, "/v1/branches", { name });
  removeBackups(join(server.dataDir, "backups"));
}

/** Branches and rows that the fuzzer makes are taken away now and then, so that requests stay quick. */
async function keepSmall(server: ServerProcess): Promise<void> {
  await post(server, "/v1/branches/main/execute", { sql: "DELETE FROM users WHERE id > 20" });
  for (const name of NAMES) await post(server, "/v1/branches", { name });
  await sleep(1);
}

/**
 * Ends open transactions soon after they were begun, however that was. Left to themselves, they would hold their branch
 * for up to a minute, and most requests would do nothing but wait for it.
 */
async function endTransactions(server: ServerProcess, signal: AbortSignal): Promise<void> {
  const headers = { "x-api-key": API_KEY };
  while (!signal.aborted) {
    for (const branch of ["main", ...NAMES]) {
      const path = `${server.url}/v1/branches/${branch}/transactions`;
      const response = await fetch(path, { headers });
      const { transactions = [] } = (await response.json()) as { transactions?: { transaction_id: string }[] };
      for (const { transaction_id: id } of transactions) {
        const ended = await fetch(`${path}/${id}`, { method: "DELETE", headers });
        await ended.arrayBuffer();
      }
    }
    await sleep(50);
  }
}

/** Each is a copy of everything. The one that is being made stays. */
function removeBackups(folder: string): void {
  if (!existsSync(folder)) return;
  const whole = readdirSync(folder).filter((name) => !name.endsWith(".unfinished"));
  for (const name of whole) rmSync(join(folder, name), { recursive: true, force: true });
}

async function post(server: ServerProcess, path: string, body: object): Promise<void> {
  const headers = { "x-api-key": API_KEY, "content-type": "application/json" };
  const response = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
}
