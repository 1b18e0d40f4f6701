import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { inFlight, untilInFlight } from "../support/in-flight.js";
import { StartedServer } from "../support/process.js";

const KEY = "sk_test_admin_key";
const MB = 1024 * 1024;
let server: StartedServer;
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await server.remove();
});

function resident(pid: number): number {
  return Number(/^VmRSS:\s*(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))![1]) * 1024;
}

function opened(url: URL): Socket {
  const socket = connect(Number(url.port), url.hostname).on("error", () => {});
  sockets.push(socket);
  return socket;
}

/** Connects and sends a request, or as much of its body as is given. */
function send(url: URL, body: string, length = Buffer.byteLength(body), socket = opened(url)): Socket {
  socket.write(
    `POST /v1/branches/main/query HTTP/1.1\r\nHost: x\r\nX-API-Key: ${KEY}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${length}\r\n\r\n${body}`,
  );
  return socket;
}

/** Asks, reads the status, and then nothing. */
async function ask(url: URL, body: string): Promise<number> {
  const socket = send(url, body);
  const first = await new Promise<Buffer>((resolve) => socket.once("data", resolve));
  socket.pause();
  return Number(/^HTTP\/1\.1 (\d+)/.exec(first.toString("latin1"))![1]);
}

it.runIf(process.platform === "linux")(
  "clients that ask for 28 MB each and read nothing take a bounded part of the server's memory",
  async () => {
    server = new StartedServer([], { HELIOSDB_ADMIN_API_KEY: KEY });
    const url = new URL(await server.url());
    const sql = "SELECT printf('%.*c', 4000000, 'x') FROM json_each('[1,2,3,4,5,6,7]')";
    const body = JSON.stringify({ sql });
    const statuses: number[] = [];
    for (let i = 0; i < 24; i++) statuses.push(await ask(url, body));
    const held = statuses.filter((status) => status === 200).length;
    // As many as come to 256 MiB.
    expect(held).toBe(9);
    expect(statuses.filter((status) => status === 503)).toHaveLength(24 - held);
    expect(resident(server.process.pid!)).toBeLessThan(1500 * MB);
    for (const socket of sockets.splice(0)) socket.destroy();
    await sleep(100);
    expect(await ask(url, body)).toBe(200);
    expect(server.stderr()).not.toContain("worker_exit");
  },
);

it.runIf(process.platform === "linux")(
  "clients that send 9 MB each and never end take a bounded part of the server's memory, and nothing of another tenant's",
  async () => {
    server = new StartedServer([], { HELIOSDB_ADMIN_API_KEY: KEY });
    const url = new URL(await server.url());
    const call = async (method: string, path: string, body: object, key = KEY) => {
      const headers = { "x-api-key": key, "content-type": "application/json" };
      const response = await fetch(new URL(path, url), { method, headers, body: JSON.stringify(body) });
      return { status: response.status, body: (await response.json()) as { code?: string; key: string } };
    };
    expect((await call("POST", "/v1/tenants", { name: "other" })).status).toBe(201);
    const made = await call("POST", "/v1/auth/keys", { name: "o", scopes: ["write"], tenant_id: "other" });
    const large = (key: string) =>
      call("POST", "/v1/branches/main/query", { sql: `SELECT 1 -- ${"x".repeat(5 * MB)}` }, key);
    const part = `{"sql": "SELECT '${"x".repeat(9 * MB)}`;
    const sent = Array.from({ length: 20 }, () => send(url, part, 10 * MB));
    await Promise.all(sent.map((socket) => new Promise((resolve) => socket.write(" ", resolve))));
    expect(resident(server.process.pid!)).toBeLessThan(1000 * MB);
    expect((await large(KEY)).body).toMatchObject({ code: "OVERLOADED" });
    expect((await call("POST", "/v1/branches/main/query", { sql: "SELECT 1 AS one" })).status).toBe(200);
    expect((await large(made.body.key)).status).toBe(200);
    for (const socket of sockets.splice(0)) socket.destroy();
    await expect.poll(async () => (await large(KEY)).status).toBe(200);
  },
);

it("clients that go away before they have their responses, one or several at once, leave nothing behind", async () => {
  server = new StartedServer([], { HELIOSDB_ADMIN_API_KEY: KEY });
  const url = new URL(await server.url());
  const slow =
    "(WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000) SELECT count(*) FROM n)";
  const large = JSON.stringify({ sql: `SELECT printf('%.*c', 28000000, 'x') AS x, ${slow} AS n` });
  for (const requests of [1, 2]) {
    for (let n = 0; n < 10; n++) {
      const socket = opened(url);
      for (let request = 0; request < requests; request++) send(url, large, undefined, socket);
      await expect.poll(() => inFlight(url), { interval: 5 }).toBeGreaterThan(0);
      socket.destroy();
    }
    await untilInFlight(url, 0);
    // As much as all of them together would not be sent.
    expect(await ask(url, large)).toBe(200);
    for (const socket of sockets.splice(0)) socket.destroy();
  }
});
