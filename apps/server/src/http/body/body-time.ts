import type { IncomingMessage } from "node:http";

/** How long the body of a request may take to arrive, unless it is a file. */
export const BODY_MS = 120_000;

const timers = new WeakMap<IncomingMessage, NodeJS.Timeout>();

/**
 * Ends the connection of a request whose body does not arrive in time, whether or not anybody reads it. Node's own
 * limit is one for the whole server, and a file of many gigabytes takes longer than any client should have for JSON.
 */
export function limitBodyTime(request: IncomingMessage, ms = BODY_MS): void {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if ((length === undefined || length === "0") && encoding === undefined) return;
  const timer = setTimeout(() => request.socket.destroy(), ms);
  timer.unref();
  timers.set(request, timer);
  const stop = () => clearTimeout(timer);
  request.once("end", stop).once("close", stop);
}

/** For a body whose reader minds the time by itself. */
export function liftBodyTime(request: IncomingMessage): void {
  clearTimeout(timers.get(request));
}
