import { text } from "node:stream/consumers";
import { Client } from "undici";
import type { Load, LoadResult } from "./load.js";

/** The load generator: each connection has one request in hand, as 32 callers that wait for their answers. */
const load = JSON.parse(await text(process.stdin)) as Load;
const started = performance.now();
const from = started + load.warmUpMs;
const until = from + load.measureMs;
const latencies: number[] = [];
let next = 0;

await Promise.all(Array.from({ length: load.connections }, connection));
process.stdout.write(JSON.stringify(result()));

async function connection(): Promise<void> {
  const client = new Client(load.origin, { pipelining: 1 });
  while (performance.now() < until) {
    const start = performance.now();
    await request(client);
    const end = performance.now();
    if (end >= from && end < until) latencies.push(end - start);
  }
  await client.close();
}

function request(client: Client): Promise<void> {
  const body = load.bodies[next++ % load.bodies.length]!;
  const headers = { "content-type": "application/json" };
  return new Promise((resolve, reject) => {
    let failed = "";
    let isError = false;
    client.dispatch(
      { path: load.path, method: "POST", headers, body },
      {
        onRequestStart() {},
        onResponseStart(_controller, statusCode) {
          isError = statusCode !== 200;
        },
        onResponseData(_controller, chunk) {
          if (isError) failed += chunk.toString();
        },
        onResponseEnd() {
          if (isError) reject(new Error(`the server answered ${failed}`));
          else resolve();
        },
        onResponseError(_controller, error) {
          reject(error);
        },
      },
    );
  });
}

function result(): LoadResult {
  latencies.sort((a, b) => a - b);
  const quantile = (q: number) => latencies[Math.floor(q * (latencies.length - 1))] ?? 0;
  return { perSecond: (latencies.length * 1000) / load.measureMs, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
