import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

export interface Load {
  /** http://host:port */
  readonly origin: string;
  readonly path: string;
  /** JSON bodies to POST, in turn. */
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly warmUpMs: number;
  readonly measureMs: number;
}

export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Puts load on a server from a separate process. Rejects if a response is not a 200. */
export function putLoad(load: Load): Promise<LoadResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("./load-main.js", import.meta.url))], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
      output += chunk;
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve(JSON.parse(output) as LoadResult);
      else reject(new Error(`the load generator ended with code ${code}`));
    });
    child.stdin.end(JSON.stringify(load));
  });
}
