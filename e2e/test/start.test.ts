import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, expect, it } from "vitest";
import { freePort, withoutHelios } from "../support/server.js";

const ROOT = resolve(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "helios-start-"));
let group: number | undefined;
afterEach(() => {
  if (group !== undefined) process.kill(-group, "SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

it("the start script builds, starts the server with its flags, and one Ctrl-C for the whole group ends it gracefully", async () => {
  const port = await freePort();
  const child = spawn(process.execPath, ["scripts/start.mjs", "--api-port", String(port), "--data-dir", folder], {
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
  expect(output).toContain(`HeliosDB listens on http://127.0.0.1:${port}`);

  process.kill(-group!, "SIGINT");
  const [code] = await ended;
  group = undefined;
  expect(output).toContain("Shutting down gracefully...");
  expect(code).toBe(0);
  await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
});
