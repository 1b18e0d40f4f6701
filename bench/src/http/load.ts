import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type LoadRequest, wrkScript } from "./wrk-script.js";

export interface Load {
  /** http://host:port */
  readonly origin: string;
  /** In turn. */
  readonly requests: readonly LoadRequest[];
  readonly connections: number;
  /** Whole seconds. */
  readonly warmUpSecs: number;
  readonly measureSecs: number;
  /** Called before and after what is measured, not the warm-up. */
  readonly around?: { before(): void; after(requests: number): void };
}

export interface LoadResult {
  readonly perSecond: number;
  /** Of responses, headers included. */
  readonly bytesPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * Puts load on a server with wrk, in one thread. A generator in Node takes as much of two cores as the server does, and so
 * makes the faster of two servers look worse. Rejects if a response is not a 200, and where wrk is not installed.
 */
export async function putLoad(load: Load): Promise<LoadResult> {
  const folder = mkdtempSync(join(tmpdir(), "heliosdb-wrk-"));
  const script = join(folder, "load.lua");
  writeFileSync(script, wrkScript(load.requests));
  try {
    await wrk(load, load.warmUpSecs, script);
    load.around?.before();
    const { requests, bytes, seconds, p50Ms, p99Ms } = await wrk(load, load.measureSecs, script);
    load.around?.after(requests);
    return { perSecond: requests / seconds, bytesPerSecond: bytes / seconds, p50Ms, p99Ms };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether a benchmark over HTTP can run here, else why not. */
export function loadProblem(): Promise<string | null> {
  return new Promise((resolve) => {
    execFile("wrk", ["--version"], (error) => {
      // wrk ends with code 1 after telling its version.
      const isMissing = (error as NodeJS.ErrnoException | null)?.code === "ENOENT";
      resolve(isMissing ? "wrk is not installed (the Debian package is called wrk)" : null);
    });
  });
}

interface WrkResult {
  readonly requests: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
}

function wrk({ origin, connections }: Load, seconds: number, script: string): Promise<WrkResult> {
  const args = ["--threads", "1", "--connections", String(connections), "--duration", `${seconds}s`];
  return new Promise((resolve, reject) => {
    execFile("wrk", [...args, "--timeout", "10s", "--script", script, origin], (error, stdout, stderr) => {
      const [, json] = /^RESULT (.+)$/m.exec(stdout) ?? [];
      if (json === undefined) reject(error ?? new Error(`wrk gave no result: ${stdout}${stderr}`));
      else {
        const result = JSON.parse(json) as WrkResult;
        if (result.failed > 0) reject(new Error(`${result.failed} of ${result.requests} requests failed`));
        else if (result.requests === 0) reject(new Error(`no response within ${seconds} s`));
        else resolve(result);
      }
    });
  });
}
