import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { holdReading } from "../../src/http/response/reading.js";
import { asksToWait, slowDown } from "../../src/http/response/slow-down.js";

let tests = 0;
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  // What earlier tests refused is over.
  vi.advanceTimersByTime(60_000 * ++tests);
});
afterEach(() => {
  vi.useRealTimers();
});

class Reading extends EventEmitter {
  isRead = true;
  destroyed = false;
  pause() {
    this.isRead = false;
  }
  resume() {
    this.isRead = true;
  }
  get socket(): Socket {
    return this as unknown as Socket;
  }
}

/** Refuses a request of each, and lets the responses go out. */
async function refuse(connections: readonly Reading[]): Promise<void> {
  for (const { socket } of connections) {
    const response = new EventEmitter();
    slowDown(socket, response as ServerResponse);
    response.emit("finish");
  }
  await new Promise((resolve) => process.nextTick(resolve));
}

const some = (count: number) => Array.from({ length: count }, () => new Reading());
const read = (connections: readonly Reading[]) => connections.filter(({ isRead }) => isRead).length;

it("goes on reading where few are refused", async () => {
  for (let n = 0; n < 50; n++) {
    const connections = some(9);
    await refuse(connections);
    expect(read(connections)).toBe(9);
    vi.advanceTimersByTime(20);
  }
});

it("reads many one after the other, each at the latest after what Retry-After asks for", async () => {
  const connections = some(800);
  await refuse(connections);
  expect(read(connections)).toBe(9);
  vi.advanceTimersByTime(100);
  expect(read(connections)).toBe(50);
  vi.advanceTimersByTime(400);
  expect(read(connections)).toBe(250);
  vi.advanceTimersByTime(500);
  expect(read(connections)).toBe(800);
});

it("waits for the end of the response, and not for connections that have ended", async () => {
  await refuse(some(100));
  const connection = new Reading();
  const response = new EventEmitter();
  slowDown(connection.socket, response as ServerResponse);
  expect(connection.isRead).toBe(true);
  connection.destroyed = true;
  response.emit("finish");
  await new Promise((resolve) => process.nextTick(resolve));
  expect(connection.isRead).toBe(true);
});

it("reads a connection again when nobody has a reason not to", () => {
  const connection = new Reading();
  const releases = [holdReading(connection.socket), holdReading(connection.socket)];
  expect(connection.isRead).toBe(false);
  releases[0]!();
  expect(connection.isRead).toBe(false);
  releases[1]!();
  expect(connection.isRead).toBe(true);
});

it("minds responses that ask to try again", () => {
  expect([200, 400, 401, 404, 429, 500, 503].filter(asksToWait)).toEqual([429, 503]);
});
