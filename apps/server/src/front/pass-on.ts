import type { IncomingMessage, ServerResponse } from "node:http";
import { PassThrough } from "node:stream";
import { type Dispatcher, Pool } from "undici";
import { FRONT_HEADER, frontHeader } from "../http/front/front-header.js";
import { lineOf } from "../http/pipeline/line.js";
import type { Client } from "./client-facts.js";
import { Heads } from "./heads.js";
import { isHopByHop } from "./hop-by-hop.js";
import { mainConnector } from "./main-connector.js";
import { Passage } from "./passage.js";
import { Shares } from "./shares.js";

/** Requests under way. Further ones are refused by main. */
export const MOST_UNDER_WAY = 1024;
/** As long as there are fewer, it doesn't matter whose they are. */
export const FEW_UNDER_WAY = 256;
/** What is one too many is refused by main at once: a few connections take a crowd of it, one request behind the other. */
const FOR_REFUSALS = { connections: 2, pipelining: 64 };
/** A body up to this size is sent at once, if it is there. */
const GATHERED = 64 * 1024;
/** Of a response of main's. */
const MAX_HEADERS = 1024 * 1024;

/** What undici sets by itself, or does not send. */
const NOT_SENT: ReadonlySet<string> = new Set(["expect", "content-length", "host", FRONT_HEADER]);

/** Passes requests on to main as they came. */
export class PassOn {
  private readonly main: Pool;
  private readonly refusals: Pool;
  private readonly shares = new Shares(MOST_UNDER_WAY, FEW_UNDER_WAY);
  private readonly passages = new Set<Passage>();
  private readonly onClose = (passage: Passage) => this.passages.delete(passage);

  constructor(
    socketPath: string,
    private readonly clientOf: (request: IncomingMessage) => Client,
    private readonly isDraining: () => boolean,
    /** A name for the tenant that a request is of, or for its client where that isn't known. */
    private readonly ownerOf: (request: IncomingMessage) => string,
    private readonly heads = new Heads(),
  ) {
    const options = {
      connect: mainConnector(socketPath),
      // Main has all limits on time.
      headersTimeout: 0,
      bodyTimeout: 0,
      maxHeaderSize: MAX_HEADERS,
    };
    this.main = new Pool("http://main", { ...options, connections: null, pipelining: 1 });
    this.refusals = new Pool("http://main", { ...options, ...FOR_REFUSALS });
  }

  /**
   * @param body where it has been read
   * @param isLate whether the front was ending already when the request arrived
   */
  send(request: IncomingMessage, response: ServerResponse, body: Buffer | null = null, isLate = false): void {
    lineOf(request.socket).run((over) => {
      // Its client is gone already: nobody would tell of its end.
      if (response.destroyed) return over();
      response.once("close", over);
      this.start(request, response, body, isLate);
    });
  }

  /** Has main refuse a request: this front can't even begin with it. */
  refuse(request: IncomingMessage, response: ServerResponse): void {
    lineOf(request.socket).run((over) => {
      if (response.destroyed) return over();
      response.once("close", over);
      this.passOn(request, response, null, { isOneTooMany: true, isLate: false });
    });
  }

  private start(request: IncomingMessage, response: ServerResponse, body: Buffer | null, isLate: boolean): void {
    const ownerOf = () => this.ownerOf(request);
    const done = this.shares.take(ownerOf);
    if (!done) {
      this.passOn(request, response, null, { isOneTooMany: true, isLate });
      return;
    }
    response.once("close", done);
    this.heads.run(ownerOf, {
      begin: (over) => this.passOn(request, response, body, { isOneTooMany: false, isLate }, over),
      isGone: () => response.destroyed,
    });
  }

  private passOn(
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | null,
    state: { readonly isOneTooMany: boolean; readonly isLate: boolean },
    onHead: () => void = () => {},
  ): void {
    const { isOneTooMany } = state;
    const target = request.url?.startsWith("/") ? null : (request.url ?? "/");
    const headers = headersOf(request, !isOneTooMany);
    headers.push(FRONT_HEADER, frontHeader({ ...this.clientOf(request), ...state, target }));
    const passage = new Passage({
      socket: request.socket,
      response,
      isShared: isOneTooMany,
      isDraining: this.isDraining,
      ownerOf: () => this.ownerOf(request),
      onHead,
      onClose: this.onClose,
    });
    this.passages.add(passage);
    const { method = "GET", url = "/" } = request;
    const path = url.startsWith("/") ? url : "/";
    const dispatch = (found: Buffer | PassThrough | null) => {
      // undici would have main close the connection after a HEAD request, which main would tell the client, too.
      const sent = { method: method as Dispatcher.HttpMethod, path, headers, body: found, reset: false };
      if (isOneTooMany) this.refusals.dispatch({ ...sent, idempotent: true, blocking: false }, passage);
      else this.main.dispatch(sent, passage);
    };
    if (isOneTooMany || body !== null || !hasBody(request)) dispatch(isOneTooMany ? null : body);
    else if (Number(request.headers["content-length"]) <= GATHERED) gather(request, dispatch);
    else dispatch(streamed(request, []));
  }

  /** Cuts off clients that have taken nothing of their responses for so long. */
  endStuck(ms: number): void {
    for (const passage of this.passages) passage.endIfStuck(ms);
  }
}

/** Waits for the end of the turn: most bodies arrive together with their heads. */
function gather(request: IncomingMessage, done: (body: Buffer | PassThrough) => void): void {
  const chunks: Buffer[] = [];
  const onData = (chunk: Buffer) => chunks.push(chunk);
  request.on("data", onData);
  setImmediate(() => {
    request.off("data", onData);
    if (!request.readableEnded) done(streamed(request, chunks));
    else done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks));
  });
}

function hasBody({ headers }: IncomingMessage): boolean {
  const { "content-length": length, "transfer-encoding": encoding } = headers;
  return encoding !== undefined || (length !== undefined && length !== "0");
}

/** The headers that main is to see, as a flat list. */
function headersOf({ rawHeaders, headers }: IncomingMessage, withBody: boolean): string[] {
  // Without one, undici would make one up.
  const kept = ["host", headers.host ?? ""];
  if (withBody && headers["content-length"] !== undefined) kept.push("content-length", headers["content-length"]);
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at]!.toLowerCase();
    if (NOT_SENT.has(name) || isHopByHop(name)) continue;
    kept.push(name, rawHeaders[at + 1]!);
  }
  return kept;
}

/** undici destroys the body that it is given when it is done with it, and a request's connection would go with it. */
function streamed(request: IncomingMessage, first: readonly Buffer[]): PassThrough {
  const body = new PassThrough();
  for (const chunk of first) body.write(chunk);
  request.pipe(body);
  request.once("close", () => {
    if (!request.complete) body.destroy(new Error("the client went away"));
  });
  // Main has answered before the end: the rest is read and dropped.
  body.once("close", () => {
    request.unpipe(body);
    request.resume();
  });
  return body.on("error", () => {});
}
