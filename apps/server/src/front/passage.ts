import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Dispatcher } from "undici";
import { asksToWait, slowDown } from "../http/response/slow-down.js";
import { isHopByHop } from "./hop-by-hop.js";

export interface PassageParts {
  /** The client's. A response that others come before has none yet. */
  readonly socket: Socket;
  readonly response: ServerResponse;
  /** Whether its connection to main has other requests on it, which must not end with this one. */
  readonly isShared: boolean;
  isDraining(): boolean;
  /** A name for the tenant or the client that it is for, asked only where it matters. */
  ownerOf(): string;
  /** Main has begun to answer, or never will. May be called more than once. */
  onHead(): void;
  onClose(passage: Passage): void;
}

/** One response on its way from main to a client. */
export class Passage implements Dispatcher.DispatchHandler {
  private abort: (() => void) | null = null;
  private resume: (() => void) | null = null;
  /** When its client stopped taking more, by `performance.now()`. */
  private fullSince: number | null = null;
  /** Bytes of the body, if main said how many. */
  private length = -1;

  constructor(private readonly parts: PassageParts) {
    const { response } = parts;
    response.once("close", () => {
      parts.onHead();
      parts.onClose(this);
      if (!response.writableFinished) this.abort?.();
    });
  }

  onConnect(abort: () => void): void {
    if (this.parts.isShared) return;
    this.abort = abort;
    if (this.parts.response.destroyed) abort();
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    if (status < 200) return true;
    this.parts.onHead();
    this.resume = resume;
    const { socket, response } = this.parts;
    const leastWait = asksToWait(status) ? slowDown(socket, response, this.parts.ownerOf()) : 0;
    const headers: string[] = [];
    for (let at = 0; at < raw.length; at += 2) {
      const name = raw[at]!.toString("latin1");
      const value = raw[at + 1]!.toString("latin1");
      const folded = name.toLowerCase();
      if (folded === "content-length") this.length = Number(value);
      // Main closes connections to clients that may be in the middle of a body.
      if (folded === "connection" && value === "close") headers.push(name, value);
      else if (folded === "retry-after") headers.push(name, String(Math.max(Number(value), leastWait)));
      else if (!isHopByHop(folded)) headers.push(name, value);
    }
    if (this.parts.isDraining() && !headers.includes("close")) headers.push("Connection", "close");
    response.writeHead(status, statusText, headers);
    return true;
  }

  onData(chunk: Buffer): boolean {
    const { response } = this.parts;
    if (chunk.length === this.length) {
      // All of it: head and body go out together.
      response.end(chunk);
      return true;
    }
    if (response.write(chunk)) return true;
    this.fullSince = performance.now();
    response.once("drain", () => {
      this.fullSince = null;
      this.resume?.();
    });
    return false;
  }

  /** Cuts off a client that has taken nothing for so long: while nothing is read of main, its end isn't noticed either. */
  endIfStuck(ms: number): void {
    if (this.fullSince !== null && performance.now() - this.fullSince > ms) this.parts.socket.destroy();
  }

  onComplete(): void {
    const { response } = this.parts;
    if (!response.writableEnded) response.end();
  }

  /** Main's connection broke, or nobody listens any more. What was begun can't be ended in another way. */
  onError(): void {
    this.parts.socket.destroy();
  }
}
