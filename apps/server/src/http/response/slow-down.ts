import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { holdReading } from "./reading.js";

/** Connections of refused requests that are read again in a second. */
const PER_SECOND = 500;
/** What Retry-After asks for at least. */
const LONGEST_MS = 1000;
/** Nobody is held for less. */
const SHORTEST_MS = 20;

/** When the next one is read again, by `performance.now()`. */
let nextAt = 0;

/** Whether a response with this status tells its client to try again later. */
export function asksToWait(status: number): boolean {
  return status === 429 || status === 503;
}

/**
 * To be called for a response that tells its client to try again later, before it is sent. Clients that don't wait would
 * have the process do nothing but refuse them: Node serves connections that are ready before its timers and callbacks, and
 * many that ask again as soon as they are refused are always ready. So the connections of refused requests are read again
 * one after the other. Where few are refused, nobody notices.
 */
export function slowDown(socket: Socket, response: ServerResponse): void {
  const now = performance.now();
  nextAt = Math.min(Math.max(nextAt, now) + 1000 / PER_SECOND, now + LONGEST_MS);
  const ms = nextAt - now;
  if (ms < SHORTEST_MS) return;
  response.once("finish", () => {
    // After Node has read on to drop a body that nobody wants.
    process.nextTick(() => {
      if (socket.destroyed) return;
      const release = holdReading(socket);
      // While nothing is read, the end of the connection isn't noticed either.
      setTimeout(release, ms).unref();
    });
  });
}
