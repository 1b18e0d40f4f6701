import { connect } from "node:net";
import { text } from "node:stream/consumers";
import type { Load, LoadResult } from "./load.js";

/**
 * The load generator: each connection has one pending request, like 32 callers that wait for their responses.
 *
 * It writes ready-made requests to sockets and reads as little as possible of a response. On a machine with two cores,
 * a generator that takes as much time as the server would hide most of what is measured.
 */
const load = JSON.parse(await text(process.stdin)) as Load;
const { hostname, port, host } = new URL(load.origin);
const requests = load.bodies.map((body) =>
  Buffer.from(
    `POST ${load.path} HTTP/1.1\r\nHost: ${host}\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  ),
);
const from = performance.now() + load.warmUpMs;
const until = from + load.measureMs;
const latencies: number[] = [];
let next = 0;

await Promise.all(Array.from({ length: load.connections }, connection));
process.stdout.write(JSON.stringify(result()));

function connection(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let start = 0;
    let received = "";
    const send = () => {
      start = performance.now();
      socket.write(requests[next++ % requests.length]!);
    };
    socket.setNoDelay(true).setEncoding("latin1");
    socket.on("connect", send);
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed a connection")));
    socket.on("data", (chunk: string) => {
      received += chunk;
      if (!isWhole(received)) return;
      const end = performance.now();
      if (!received.startsWith("HTTP/1.1 200")) reject(new Error(`the server answered ${received}`));
      received = "";
      if (end >= from && end < until) latencies.push(end - start);
      if (end < until) send();
      else {
        resolve();
        socket.destroy();
      }
    });
  });
}

function isWhole(received: string): boolean {
  const head = received.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = /\r\ncontent-length: *(\d+)/i.exec(received.slice(0, head))?.[1];
  if (length === undefined) throw new Error(`an answer without its length: ${received.slice(0, head)}`);
  return received.length >= head + 4 + Number(length);
}

function result(): LoadResult {
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] ?? 0;
  return { perSecond: (latencies.length * 1000) / load.measureMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
