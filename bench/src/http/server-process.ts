import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface RunningServer {
  readonly origin: string;
  readonly pid: number;
  /** POSTs JSON; throws unless it succeeds. */
  post(path: string, body: unknown): Promise<string>;
  stop(): Promise<void>;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
}

const START_MS = 30_000;

export interface StartOptions {
  /** Environment variables in addition to this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** The cores that it and its children may use, as `taskset` takes them; all if left out. */
  readonly cores?: string;
}

/** Starts a program as a separate process and waits until `readyPath` responds with 200. */
export async function startServer(
  command: readonly string[],
  port: number,
  readyPath: string,
  { env = {}, cores }: StartOptions = {},
): Promise<RunningServer> {
  const origin = `http://127.0.0.1:${port}`;
  const [program, ...args] = cores === undefined ? command : ["taskset", "--cpu-list", cores, ...command];
  const child = spawn(program!, args, { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, ...env } });
  let complaint = "";
  child.stderr.on("data", (chunk) => {
    complaint = (complaint + chunk).slice(-2000);
  });
  let over = false;
  const ended = new Promise<void>((resolve) => {
    child.on("close", () => {
      over = true;
      resolve();
    });
    child.on("error", (error) => {
      over = true;
      complaint = error.message;
      resolve();
    });
  });
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const stop = () => end("SIGTERM");
  const giveUpAt = performance.now() + START_MS;
  while (!(await answers(origin + readyPath))) {
    if (over) throw new Error(`${program} ended at its start: ${complaint}`);
    if (performance.now() > giveUpAt) {
      await stop();
      throw new Error(`${program} did not answer within ${START_MS} ms: ${complaint}`);
    }
    await sleep(50);
  }
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(origin + path, { method: "POST", headers, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return text;
  };
  return { origin, pid: child.pid!, post, stop, kill: () => end("SIGKILL") };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}
