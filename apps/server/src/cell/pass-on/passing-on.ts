import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import { type Dispatcher, Pool } from "undici";
import { ApiError } from "../../errors/api-error.js";
import { isHopByHop } from "../../front/hop-by-hop.js";
import { FRONT_HEADER } from "../../http/front/front-header.js";

/** The names of the nodes that a request has come through. One that comes back is not passed on once more. */
const PASSED_ON = "heliosdb-passed-on";
const NOT_PASSED_ON = new Set(["expect", PASSED_ON, FRONT_HEADER]);
/** Requests under way. Further ones are refused. */
const MOST_UNDER_WAY = 1024;
const MAX_HEADERS = 1024 * 1024;
/** Nodes that connections are kept to. */
const MOST_NODES = 16;

/** What was sent, where the request itself doesn't say it any more. */
export interface Original {
  /** Address of whoever is connected. */
  readonly address: string;
  readonly target: string;
}

/** Passes requests on to other nodes as they came, and their responses back. */
export class PassingOn {
  /** By address, the one that was used last at the end. */
  private readonly pools = new Map<string, Pool>();
  private underWay = 0;

  constructor(
    /** Of this node: its cell and its own. */
    private readonly name: string,
  ) {}

  /**
   * Rejects with an ApiError where the response has not begun.
   * @param url of the other node
   */
  async passOn(
    url: string,
    request: IncomingMessage,
    response: ServerResponse,
    original: Original = { address: request.socket.remoteAddress ?? "unknown", target: request.url ?? "/" },
  ): Promise<void> {
    const through = request.headers[PASSED_ON];
    const names = through === undefined ? [] : String(through).split(", ");
    if (names.includes(this.name)) throw new ApiError("NOT_ACTIVE");
    if (this.underWay >= MOST_UNDER_WAY) throw new ApiError("OVERLOADED");
    this.underWay++;
    try {
      const headers = [...headersOf(request, original.address), PASSED_ON, [...names, this.name].join(", ")];
      await this.send(this.to(url), request, response, original.target, headers);
    } finally {
      this.underWay--;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.pools.values()].map((pool) => pool.destroy()));
    this.pools.clear();
  }

  private async send(
    pool: Pool,
    request: IncomingMessage,
    response: ServerResponse,
    path: string,
    headers: string[],
  ): Promise<void> {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    let answer: Dispatcher.ResponseData;
    try {
      answer = await pool.request({
        method: (request.method ?? "GET") as Dispatcher.HttpMethod,
        path,
        headers,
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
    // The other node has all limits on time.
    const options = { headersTimeout: 0, bodyTimeout: 0, maxHeaderSize: MAX_HEADERS, pipelining: 1 };
    const pool = this.pools.get(url) ?? new Pool(url, options);
    this.pools.delete(url);
    this.pools.set(url, pool);
    if (this.pools.size > MOST_NODES) {
      const [oldest] = this.pools;
      this.pools.delete(oldest![0]);
      // What is under way there is finished.
      void oldest![1].close().catch(() => {});
    }
    return pool;
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

function headersOf({ rawHeaders }: IncomingMessage, address: string): string[] {
  const forwarded: string[] = [];
  const headers: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (name === "x-forwarded-for") forwarded.push(rawHeaders[at + 1]!);
    else if (!NOT_PASSED_ON.has(name) && !isHopByHop(name)) headers.push(name, rawHeaders[at + 1]!);
  }
  // The active node believes it where it trusts this one as a proxy.
  return [...headers, "x-forwarded-for", [...forwarded, address].join(", ")];
}

function kept(raw: readonly (string | Buffer)[]): string[] {
  const headers: string[] = [];
  for (let at = 0; at < raw.length; at += 2) {
    if (!isHopByHop(String(raw[at]).toLowerCase())) headers.push(String(raw[at]), String(raw[at + 1]));
  }
  return headers;
}
