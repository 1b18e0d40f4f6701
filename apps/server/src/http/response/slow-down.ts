import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { holdReading } from "./reading.js";

/** Connections of refused requests that are read again in a second, of all owners together. */
const PER_SECOND = 500;
const LONGEST_MS = 10_000;
/** Nobody is held for less. */
const SHORTEST_MS = 20;
/** How often it is looked which owners have none left that wait. */
const CLEAR_EVERY_MS = 100;

/** By owner, when the last of their connections is read again, by `performance.now()`. */
const lines = new Map<string, number>();
let clearedAt = 0;

/** Whether a response with this status tells its client to try again later. */
export function asksToWait(status: number): boolean {
  return status === 429 || status === 503;
}

/**
 * To be called for a response that tells its client to try again later, before it is sent. Clients that don't wait would
 * have the process do nothing but refuse them: Node serves connections that are ready before its timers and callbacks, and
 * many that ask again as soon as they are refused are always ready. So the connections of refused requests are read again
 * one after the other. Where few are refused, nobody notices.
 *
 * Each owner has a line to itself, so that nobody waits for the crowd of another.
 * @returns seconds that `Retry-After` is to say at least: who waits for so long finds its connection read
 */
export function slowDown(socket: Socket, response: ServerResponse, owner: string): number {
  const now = performance.now();
  clear(now);
  const last = Math.max(lines.get(owner) ?? 0, now);
  const share = PER_SECOND / (lines.size + (lines.has(owner) ? 0 : 1));
  const at = Math.min(last + 1000 / share, now + LONGEST_MS);
  lines.set(owner, at);
  const ms = at - now;
  if (ms < SHORTEST_MS) return 0;
  response.once("finish", () => {
    // After Node has read on to drop a body that nobody wants, which takes it several ticks.
    setImmediate(() => {
      if (socket.destroyed) return;
      const release = holdReading(socket);
      // While nothing is read, the end of the connection isn't noticed either.
      setTimeout(release, at - performance.now()).unref();
    });
  });
  return Math.ceil(ms / 1000);
}

function clear(now: number): void {
  if (now - clearedAt < CLEAR_EVERY_MS) return;
  clearedAt = now;
  for (const [owner, last] of lines) if (last <= now) lines.delete(owner);
}
