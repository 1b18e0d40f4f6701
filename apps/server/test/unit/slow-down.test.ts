import { EventEmitter, once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
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
async function refuse(connections: readonly Reading[], owner = "crowd"): Promise<number[]> {
  const seconds = connections.map(({ socket }) => {
    const response = new EventEmitter();
    const least = slowDown(socket, response as ServerResponse, owner);
    response.emit("finish");
    return least;
  });
  await new Promise((resolve) => setImmediate(resolve));
  return seconds;
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

it("reads many one after the other, and each when it was told to come again", async () => {
  const connections = some(3000);
  const told = await refuse(connections);
  expect(read(connections)).toBe(9);
  vi.advanceTimersByTime(100);
  expect(read(connections)).toBe(50);
  vi.advanceTimersByTime(400);
  expect(read(connections)).toBe(250);
  vi.advanceTimersByTime(1500);
  // No more at once, however many there are.
  expect(read(connections)).toBe(1000);
  expect([told[0], told[9], told[499], told[500], told[2999]]).toEqual([0, 1, 1, 2, 6]);
  vi.advanceTimersByTime(4000);
  expect(read(connections)).toBe(3000);
});

it("lets nobody wait behind the crowd of another, and has no more work with several crowds", async () => {
  await refuse(some(2000));
  const other = some(20);
  expect(await refuse(other, "other")).toEqual(Array.from({ length: 20 }, (_, n) => (n < 4 ? 0 : 1)));
  expect(read(other)).toBe(4);
  vi.advanceTimersByTime(80);
  expect(read(other)).toBe(20);
});

it("holds nobody for ever", async () => {
  const connections = some(9000);
  const told = await refuse(connections);
  expect(Math.max(...told)).toBe(10);
  vi.advanceTimersByTime(10_000);
  expect(read(connections)).toBe(9000);
});

it("waits for the end of the response, and not for connections that have ended", async () => {
  await refuse(some(100));
  const connection = new Reading();
  const response = new EventEmitter();
  slowDown(connection.socket, response as ServerResponse, "crowd");
  expect(connection.isRead).toBe(true);
  connection.destroyed = true;
  response.emit("finish");
  await new Promise((resolve) => setImmediate(resolve));
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

it("keeps connections from being read whose requests were refused before their bodies were read", async () => {
  vi.useRealTimers();
  const sockets: Socket[] = [];
  const server = createServer((request, response) => {
    sockets.push(request.socket);
    slowDown(request.socket, response, "crowd of the test");
    response.writeHead(503).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const text = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\nbody";
  const clients = Array.from({ length: 500 }, () => {
    const client = connect(port, "127.0.0.1", () => client.write(text));
    return client;
  });
  await Promise.all(clients.map((client) => once(client, "data")));
  // Each asks again at once. None but the first few is heard by now.
  for (const client of clients) client.write(text);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(sockets.filter((socket) => socket.isPaused()).length).toBeGreaterThan(100);
  expect(sockets.length).toBeLessThan(900);
  for (const client of clients) client.destroy();
  server.close();
});
