import * as http from "node:http";
import * as https from "node:https";
import { ApiError } from "../../errors/api-error.js";
import { SERVER_VERSION } from "../../util/server-version.js";
import type { Targets } from "../target/targets.js";

/** The outcome of one request. */
export interface Attempt {
  /** HTTP status of the response; null if there was none. */
  readonly responseStatus: number | null;
  /** Why the attempt failed, for the owner of the webhook; null if it was accepted. */
  readonly error: string | null;
}

const TIMEOUT_MS = 10_000;
/** Only the status of a response matters; this much is read so that the connection can be reused. */
const RESPONSE_BYTES = 64 * 1024;
const AGENT = { keepAlive: true, maxFreeSockets: 32, timeout: 30_000 };

/** Requests since the server's start. */
export interface SentCounts {
  taken: number;
  failed: number;
}

/** Sends signed bodies. It follows no redirect, uses no proxy, and connects only to allowed addresses. */
export class Sender {
  readonly counts: SentCounts = { taken: 0, failed: 0 };
  private readonly agents = { "http:": new http.Agent(AGENT), "https:": new https.Agent(AGENT) };

  constructor(
    private readonly targets: Targets,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {}

  /** Never rejects. */
  async send(url: string, headers: http.OutgoingHttpHeaders, body: string, stop: AbortSignal): Promise<Attempt> {
    const attempt = await this.attempt(url, headers, body, stop);
    this.counts[attempt.error === null ? "taken" : "failed"]++;
    return attempt;
  }

  close(): void {
    for (const agent of Object.values(this.agents)) agent.destroy();
  }

  private async attempt(
    url: string,
    headers: http.OutgoingHttpHeaders,
    body: string,
    stop: AbortSignal,
  ): Promise<Attempt> {
    const timeout = AbortSignal.timeout(this.timeoutMs);
    const signal = AbortSignal.any([timeout, stop]);
    try {
      const status = await this.request(new URL(url), headers, body, signal);
      return { responseStatus: status, error: status >= 200 && status < 300 ? null : saidBy(status) };
    } catch (error) {
      const late = timeout.aborted && !stop.aborted;
      return { responseStatus: null, error: late ? `no response within ${this.timeoutMs / 1000} s` : reasonOf(error) };
    }
  }

  private async request(
    url: URL,
    headers: http.OutgoingHttpHeaders,
    body: string,
    signal: AbortSignal,
    again = true,
  ): Promise<number> {
    this.targets.checkLiteral(url);
    const secure = url.protocol === "https:";
    const request = (secure ? https : http).request(url, {
      method: "POST",
      agent: this.agents[secure ? "https:" : "http:"],
      lookup: this.targets.lookup,
      signal,
      headers: {
        ...headers,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(body),
        "user-agent": `HeliosDB/${SERVER_VERSION}`,
      },
    });
    try {
      return await statusOf(request, body);
    } catch (error) {
      // If the other side has closed a reused connection meanwhile, that says nothing about this request.
      if (!again || !request.reusedSocket || signal.aborted) throw error;
      return this.request(url, headers, body, signal, false);
    }
  }
}

function statusOf(request: http.ClientRequest, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    request.on("error", reject);
    request.on("response", (response) => {
      let size = 0;
      response.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size > RESPONSE_BYTES) response.destroy();
      });
      response.on("error", reject);
      response.on("close", () => resolve(response.statusCode ?? 0));
    });
    request.end(body);
  });
}

function saidBy(status: number): string {
  return status >= 300 && status < 400
    ? `responded with ${status}; redirects are not followed`
    : `responded with ${status}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return error.message;
  const { code, message } = error as NodeJS.ErrnoException;
  switch (code) {
    case "ECONNREFUSED":
      return "the connection was refused";
    case "ECONNRESET":
    case "EPIPE":
      return "the connection was cut";
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return "the host name can't be resolved";
    case "ABORT_ERR":
      return "stopped";
    default:
      return `${code ?? "error"}: ${message}`.slice(0, 200);
  }
}
