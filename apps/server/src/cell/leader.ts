import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Dispatcher, Pool } from "undici";
import { ApiError } from "../errors/api-error.js";
import { isHopByHop } from "../front/hop-by-hop.js";

/** The names of the standbys that a request has come through. One that comes back is not passed on once more. */
const PASSED_ON = "heliosdb-passed-on";
/** Requests under way. Further ones are refused. */
const MOST_UNDER_WAY = 1024;
const MAX_HEADERS = 1024 * 1024;

/** Passes requests on to the active node as they came, and its responses back. */
export class Leader {
  private pool: { readonly url: string; readonly pool: Pool } | null = null;
  private underWay = 0;

  constructor(
    /** Name of this node. */
    private readonly node: string,
    /** Address of the active node; null where none is known, or where nobody can reach it. */
    private readonly url: () => string | null,
  ) {}

  /** Rejects with an ApiError where the response has not begun. */
  async passOn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = this.url();
    const through = request.headers[PASSED_ON];
    if (
      url === null ||
      String(through ?? "")
        .split(", ")
        .includes(this.node)
    )
      throw new ApiError("NOT_ACTIVE");
    if (this.underWay >= MOST_UNDER_WAY) throw new ApiError("OVERLOADED");
    this.underWay++;
    try {
      await this.send(this.to(url), request, response, through === undefined ? this.node : `${through}, ${this.node}`);
    } finally {
      this.underWay--;
    }
  }

  close(): Promise<void> {
    return this.pool?.pool.destroy() ?? Promise.resolve();
  }

  private async send(pool: Pool, request: IncomingMessage, response: ServerResponse, through: string): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    let answer: Dispatcher.ResponseData;
    try {
      answer = await pool.request({
        method: (request.method ?? "GET") as Dispatcher.HttpMethod,
        path: request.url ?? "/",
        headers: [...headersOf(request), PASSED_ON, through],
        body: hasBody(request) ? request : null,
        signal: gone.signal,
        responseHeaders: "raw",
      });
    } catch (error) {
      if (gone.signal.aborted) return;
      throw isNotReached(error) ? new ApiError("NOT_ACTIVE") : lost();
    }
    response.writeHead(answer.statusCode, kept(answer.headers as unknown as readonly string[]));
    // A client that goes away, or a node that ends in the middle of its response: the connection is cut.
    await pipeline(answer.body, response).catch(() => response.destroy());
  }

  private to(url: string): Pool {
    if (this.pool?.url === url) return this.pool.pool;
    void this.pool?.pool.destroy();
    // The active node has all limits on time.
    const options = { headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: MAX_HEADERS, pipelining: 1 };
    this.pool = { url, pool: new Pool(url, options) };
    return this.pool.pool;
  }
}

function lost(): ApiError {
  return new ApiError(
    "WORKER_LOST",
    "The active node ended before it answered. Whether it has carried the request out is not known.",
  );
}

/** Nothing of the request has been sent. */
function isNotReached(error: unknown): boolean {
  const { code, syscall } = error as { readonly code?: string; readonly syscall?: string };
  return code === "UND_ERR_CONNECT_TIMEOUT" || syscall === "connect" || syscall === "getaddrinfo";
}

function hasBody({ headers }: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

function headersOf({ rawHeaders, socket }: IncomingMessage): string[] {
  const forwarded: string[] = [];
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (name === "x-forwarded-for") forwarded.push(rawHeaders[at + 1]!);
    else if (name !== "expect" && name !== PASSED_ON && !isHopByHop(name)) headers.push(name, rawHeaders[at + 1]!);
  }
  // The active node believes it where it trusts this one as a proxy.
  return [...headers, "x-forwarded-for", [...forwarded, socket.remoteAddress ?? "unknown"].join(", ")];
}

function kept(raw: readonly (string | Buffer)[]): string[] {
  const headers: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!isHopByHop(String(raw[at]).toLowerCase())) headers.push(String(raw[at]), String(raw[at + 1]));
  }
  return headers;
}
