import { setTimeout as sleep } from "node:timers/promises";
import { freePort, type RunningServer, startServer } from "../http/server-process.js";
import { SERVER_MAIN } from "../http/servers.js";
import type { RunningStore } from "./postgres.js";

export const LEASE_MS = 5000;

export interface NodePlace {
  readonly name: string;
  readonly folder: string;
  readonly port: number;
}

export async function placeOf(name: string, folder: string): Promise<NodePlace> {
  return { name, folder: `${folder}/${name}`, port: await freePort() };
}

/** A server as a node of a cell, without authentication; it listens, but may not be active yet. */
export function startNode(store: RunningStore, { name, folder, port }: NodePlace): Promise<RunningServer> {
  const flags = ["--api-port", String(port), "--data-dir", folder, "--auth", "off", "--fronts", "0"];
  const env = {
    HELIOSDB_STORE_URLS: store.url,
    HELIOSDB_CELL: "bench",
    HELIOSDB_NODE: name,
    HELIOSDB_NODE_URL: `http://127.0.0.1:${port}`,
    HELIOSDB_LEASE_MS: String(LEASE_MS),
  };
  return startServer([process.execPath, SERVER_MAIN, ...flags], port, "/livez", { env });
}

/** Milliseconds until a server has acknowledged a write, which is tried again and again. */
export async function untilWritten(origin: string, sql: string): Promise<number> {
  const from = performance.now();
  for (; performance.now() - from < 120_000; await sleep(20)) {
    try {
      const response = await fetch(`${origin}/v1/branches/main/execute`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ sql }),
        signal: AbortSignal.timeout(10_000),
      });
      await response.arrayBuffer();
      if (response.ok) return performance.now() - from;
    } catch {
      // Nobody listens, or nobody is active.
    }
  }
  throw new Error("no write was acknowledged within two minutes");
}

/** A figure of a server's page of metrics. */
export async function metricOf({ origin }: RunningServer, name: string): Promise<number> {
  const page = await (await fetch(`${origin}/metrics`)).text();
  const line = page.split("\n").find((each) => each.startsWith(`${name} `));
  if (line === undefined) throw new Error(`the page of metrics has no ${name}`);
  return Number(line.slice(name.length + 1));
}
