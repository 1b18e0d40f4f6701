import type { IncomingMessage } from "node:http";
import { Socket } from "node:net";

/** How long the body of a request may take to arrive, unless it is a file. */
export const BODY_MS = 120_000;
const LOOK_EVERY_MS = 1_000;

/** The last request with a body on a connection. Those before it have arrived: bodies come one after the other. */
interface Arrival {
  /** Null where nothing is to be minded. */
  request: IncomingMessage | null;
  /** When the body must be there, by `performance.now()`. */
  by: number;
}

const arrivals = new Map<Socket, Arrival>();
let watch: NodeJS.Timeout | null = null;

/**
 * Ends the connection of a request whose body does not arrive in time, whether or not anybody reads it. Node's own
 * limit is one for the whole server, and a file of many gigabytes takes longer than any client should have for JSON.
 *
 * All connections are looked at from time to time: a timer for each request would cost more than most bodies do.
 */
export function limitBodyTime(request: IncomingMessage, ms = BODY_MS): void {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if ((length === undefined || length === "0") && encoding === undefined) return;
  // One that Fastify was given without a connection has its body already, and nothing that could be closed.
  if (!(request.socket instanceof Socket)) return;
  const arrival = arrivals.get(request.socket) ?? newArrival(request.socket);
  arrival.request = request;
  arrival.by = performance.now() + ms;
}

/** For a body whose reader minds the time by itself. */
export function liftBodyTime(request: IncomingMessage): void {
  const arrival = arrivals.get(request.socket);
  if (arrival?.request === request) arrival.request = null;
}

function newArrival(socket: Socket): Arrival {
  const arrival: Arrival = { request: null, by: 0 };
  arrivals.set(socket, arrival);
  socket.once("close", () => arrivals.delete(socket));
  watch ??= setInterval(look, LOOK_EVERY_MS).unref();
  return arrival;
}

function look(): void {
  const now = performance.now();
  for (const [socket, arrival] of arrivals) {
    if (arrival.request?.complete) arrival.request = null;
    if (arrival.request && now >= arrival.by) socket.destroy();
  }
  if (arrivals.size > 0 || watch === null) return;
  clearInterval(watch);
  watch = null;
}
