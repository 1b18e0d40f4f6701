import type { ServerResponse } from "node:http";
import type { Server, Socket } from "node:net";
import { Server as TlsServer } from "node:tls";
import { ApiError } from "../../errors/api-error.js";

export interface BacklogLimits {
  /** Bytes of responses that lie in memory until their clients take them. */
  readonly bytes: number;
  /** A client that takes nothing of its response for so long is cut off. */
  readonly idleMs: number;
}

export const BACKLOG_LIMITS: BacklogLimits = { bytes: 256 * 1024 * 1024, idleMs: 60_000 };

/** Smaller responses fit into the system's own buffers, as a rule, and are not counted. */
const COUNTED = 16 * 1024;

/**
 * Responses on their way to clients that may be slow. Their bytes are bounded: beyond that a request that changed nothing
 * is refused. And a connection on which nothing moves is cut, whatever it carries.
 */
export class ResponseBacklog {
  private waiting = 0;
  /** Of the connections that had something to send when last looked at: how much had been sent, and when that was. */
  private seen = new Map<Socket, { readonly sent: number; readonly at: number }>();
  private readonly open = new Set<Socket>();

  constructor(private readonly limits: BacklogLimits = BACKLOG_LIMITS) {}

  get bytes(): number {
    return this.waiting;
  }

  /** Minds every connection of a server; the returned function ends that. */
  watch(server: Server): () => void {
    // Bytes of a response wait in the socket that encrypts them.
    const event = server instanceof TlsServer ? "secureConnection" : "connection";
    server.on(event, (socket: Socket) => {
      this.open.add(socket);
      socket.once("close", () => this.open.delete(socket));
    });
    const timer = setInterval(() => this.look(), Math.min(5_000, this.limits.idleMs / 4));
    timer.unref();
    return () => clearInterval(timer);
  }

  /**
   * Counts a response that is about to be sent. Throws OVERLOADED where too many wait.
   * @param advice what to do instead; null where the response must be sent
   */
  send(response: ServerResponse, bytes: number, advice: string | null): void {
    // Of one that is closed, the end has been told already.
    if (bytes < COUNTED || response.destroyed) return;
    if (advice !== null && this.waiting > 0 && this.waiting + bytes > this.limits.bytes) throw tooManyWait(advice);
    this.waiting += bytes;
    response.once("close", () => {
      this.waiting -= bytes;
    });
    // Node sees by itself how far a long write has come, where the number of bytes written says nothing.
    response.setTimeout(this.limits.idleMs, () => response.destroy());
  }

  private look(): void {
    const now = performance.now();
    const seen = new Map<Socket, { readonly sent: number; readonly at: number }>();
    for (const socket of this.open) {
      if (socket.timeout || socket.writableLength === 0) continue;
      const before = this.seen.get(socket);
      if (before?.sent !== socket.bytesWritten) seen.set(socket, { sent: socket.bytesWritten, at: now });
      else if (now - before.at >= this.limits.idleMs) socket.destroy();
      else seen.set(socket, before);
    }
    this.seen = seen;
  }
}

function tooManyWait(advice: string): ApiError {
  return new ApiError("OVERLOADED", `Too many responses are waiting for slow clients. ${advice}`);
}
