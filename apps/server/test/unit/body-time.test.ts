import { EventEmitter } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { liftBodyTime, limitBodyTime } from "../../dist/http/body/body-time.js";

const LIMIT_MS = 150;
let server: Server | undefined;
let socket: Socket | undefined;
afterEach(() => {
  socket?.destroy();
  server?.close();
  server?.closeAllConnections();
});

/** Sends the head of a request with a body of ten bytes, and as much of the body as is given. */
async function send(body: string, onRequest: (request: IncomingMessage) => void): Promise<() => boolean> {
  server = createServer({ requestTimeout: 0 }, (request, response) => {
    limitBodyTime(request, LIMIT_MS);
    onRequest(request);
    request.on("end", () => response.end("ok"));
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  let closed = false;
  socket
    .on("error", () => {})
    .on("close", () => {
      closed = true;
    });
  socket.write(`POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n${body}`);
  return () => closed;
}
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("the time of a body", () => {
  it("ends the connection when a body that is being read does not arrive", async () => {
    const closed = await send("12345", (request) => request.resume());
    await expect.poll(closed).toBe(true);
  });

  it("and when nobody reads it", async () => {
    const closed = await send("12345", () => {});
    await expect.poll(closed).toBe(true);
  });

  it("is over when the body is there", async () => {
    const closed = await send("1234567890", (request) => request.resume());
    await wait(3 * LIMIT_MS);
    expect(closed()).toBe(false);
  });

  it("is no matter when its reader minds the time", async () => {
    const closed = await send("12345", (request) => liftBodyTime(request));
    await wait(3 * LIMIT_MS);
    expect(closed()).toBe(false);
  });

  it("is no matter for a request that came over no connection", async () => {
    const [injected, uncaught] = [{ headers: { "content-length": "10" }, socket: new EventEmitter() }, [] as unknown[]];
    const keep = (error: unknown) => uncaught.push(error);
    process.on("uncaughtException", keep);
    limitBodyTime(injected as never, 0);
    // The connections are looked at once a second, as long as there are any.
    await send("12345", () => {});
    await wait(1500);
    process.off("uncaughtException", keep);
    expect(uncaught).toEqual([]);
  });
});
