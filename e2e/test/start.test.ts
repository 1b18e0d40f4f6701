import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { untilInFlight } from "../../apps/server/test/support/in-flight.js";
import { freePort, withoutHelios } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "helios-start-"));
let group: number | undefined;
afterEach(() => {
  if (group !== undefined) process.kill(-group, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

interface Started {
  readonly child: ChildProcess;
  readonly ended: Promise<unknown[]>;
  output(): string;
}

/** Runs a start command in a process group of its own, and waits until the server answers. */
async function start(command: string, args: string[], port: number): Promise<Started> {
  const child = spawn(command, [...args, "--api-port", String(port), "--data-dir", folder, "--auth", "off"], {
    cwd: ROOT,
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: withoutHelios(process.env),
  });
  group = child.pid;
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output += chunk;
    });
  }
  const ended = once(child, "close");
  for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(100)) {
    if ((await fetch(`http://127.0.0.1:${port}/health`).catch(() => null))?.ok) break;
  }
  return { child, ended, output: () => output };
}

it("the start script builds, starts the server with its flags, and one Ctrl-C for the whole group ends it gracefully", async () => {
  const port = await freePort();
  const { output, ended } = await start(process.execPath, ["scripts/start.mjs"], port);
  expect(output()).toContain(`HeliosDB listens on http://127.0.0.1:${port}`);

  process.kill(-group!, "SIGINT");
  const [code] = await ended;
  group = undefined;
  expect(output()).toContain("Shutting down gracefully...");
  expect(code).toBe(0);
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
});

it.each([
  ["npm start is told to end", "SIGTERM", "npm", ["start", "--"]],
  ["the start script is killed", "SIGKILL", process.execPath, ["scripts/start.mjs"]],
] as const)("the server ends when %s, and finishes what is in hand", async (_, signal, command, args) => {
  const port = await freePort();
  const { child, output } = await start(command, [...args], port);
  const sql =
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 12000000) SELECT count(*) AS c FROM n";
  const inHand = fetch(`http://127.0.0.1:${port}/v1/branches/main/query`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ sql }),
  });
  await untilInFlight(`http://127.0.0.1:${port}`, 1);
  process.kill(child.pid!, signal);
  expect(await (await inHand).json()).toMatchObject({ rows: [{ c: 12_000_000 }] });
  while ((await fetch(`http://127.0.0.1:${port}/health`).catch(() => null)) !== null) await sleep(50);
  expect(output()).toContain("Shutting down gracefully...");
  // The folder is free again.
  const again = await start(process.execPath, ["apps/server/dist/bundle/main.js"], await freePort());
  expect(again.output()).toContain("HeliosDB listens on");
  process.kill(again.child.pid!, "SIGTERM");
  await again.ended;
  group = undefined;
});
