import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { connect as connectTls } from "node:tls";
import { afterEach, expect, it } from "vitest";
import { ResponseBacklog } from "../../dist/http/response/response-backlog.js";
import { hasOpenssl, makeCertificate } from "../support/certificates.js";

const IDLE_MS = 1000;
const MB = 1024 * 1024;
let server: Server;
const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
});

/** Answers with so many bytes as the path says. */
async function serve(waiting: ResponseBacklog): Promise<number> {
  server = createServer((request, response) => {
    const body = Buffer.alloc(Number(request.url!.slice(1)), "x");
    try {
      waiting.send(response, body.length, request.method === "GET" ? "Stream the rows" : null);
      response.end(body);
    } catch (error) {
      response.writeHead(503).end((error as Error).message);
    }
  });
  waiting.watch(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Sends requests and reads nothing. */
function silent(port: number, ...paths: string[]): Socket {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  sockets.push(socket);
  socket.pause();
  socket.write(paths.map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(""));
  return socket;
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(20);
}

const connections = () => new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)));

it("a client that takes nothing of a long answer is cut off, and its bytes are free again", async () => {
  const waiting = new ResponseBacklog({ bytes: 100 * MB, idleMs: IDLE_MS });
  const port = await serve(waiting);
  silent(port, `/${20 * MB}`);
  await until(() => waiting.bytes === 20 * MB);
  await until(() => waiting.bytes === 0);
  while ((await connections()) > 0) await sleep(20);
});

it("so is one that takes nothing of many short ones", async () => {
  const waiting = new ResponseBacklog({ bytes: 100 * MB, idleMs: IDLE_MS });
  const port = await serve(waiting);
  silent(port, ...Array.from({ length: 3000 }, () => "/10000"));
  await until(() => sockets[0]!.bytesWritten > 0);
  while ((await connections()) === 0) await sleep(5);
  while ((await connections()) > 0) await sleep(20);
});

it.skipIf(!hasOpenssl())("so is one over TLS, whose bytes wait in another socket", async () => {
  const folder = mkdtempSync(join(tmpdir(), "heliosdb-backlog-"));
  const { cert, key } = makeCertificate(folder, "backlog", null);
  const files = { cert: readFileSync(cert), key: readFileSync(key) };
  rmSync(folder, { recursive: true });
  server = createTlsServer(files, (_, response) => response.end(Buffer.alloc(20 * MB)));
  new ResponseBacklog({ bytes: 100 * MB, idleMs: IDLE_MS }).watch(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const socket = connectTls({ port, host: "127.0.0.1", rejectUnauthorized: false });
  sockets.push(socket.on("error", () => {}));
  await once(socket, "secureConnect");
  const began = performance.now();
  socket.pause().write("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  while ((await connections()) > 0) await sleep(20);
  expect(performance.now() - began).toBeGreaterThan(IDLE_MS * 0.9);
});

it("one that reads slowly all the time gets all of it, however long it takes", async () => {
  const waiting = new ResponseBacklog({ bytes: 100 * MB, idleMs: IDLE_MS });
  const port = await serve(waiting);
  const socket = silent(port, `/${60 * MB}`);
  let read = 0;
  const began = performance.now();
  // The system's own buffers move on in steps of some megabytes.
  while (read < 60 * MB) {
    const chunk = socket.read() as Buffer | null;
    if (chunk) read += chunk.length;
    const isLong = performance.now() - began > 4 * IDLE_MS;
    await sleep(isLong ? 0 : 5);
    expect(socket.destroyed).toBe(false);
  }
});

it("answers are refused while too many wait, except those of requests that had an effect", async () => {
  const waiting = new ResponseBacklog({ bytes: 30 * MB, idleMs: 60_000 });
  const port = await serve(waiting);
  for (let i = 0; i < 3; i++) silent(port, `/${10 * MB}`);
  await until(() => waiting.bytes === 30 * MB);
  const url = `http://127.0.0.1:${port}/${10 * MB}`;
  const refused = await fetch(url);
  expect(refused.status).toBe(503);
  expect(await refused.text()).toContain("Stream the rows");
  expect((await (await fetch(url, { method: "POST" })).arrayBuffer()).byteLength).toBe(10 * MB);
  expect((await fetch(`http://127.0.0.1:${port}/100`)).status).toBe(200);
  for (const socket of sockets) socket.destroy();
  await until(() => waiting.bytes === 0);
  expect((await fetch(url)).status).toBe(200);
});
