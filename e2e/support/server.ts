import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { request as requestPlain } from "node:http";
import { request } from "node:https";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const ROOT = resolve(import.meta.dirname, "../..");
const MAIN = join(ROOT, "apps/server/dist/bundle/main.js");

/** The key that the tutorial's programs send. */
export const API_KEY = "sk_test_abc123";

export interface ServerOptions {
  /** Kept when the server ends; by default a new folder that goes with `remove`. */
  readonly dataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Files of a certificate for 127.0.0.1, for HTTPS. */
  readonly tls?: { readonly cert: string; readonly key: string };
}

/** A real server in processes of its own, in a process group of its own, as a terminal would start it. */
export class ServerProcess {
  readonly url: string;
  #output = "";

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
    readonly dataDir: string,
    scheme: "http" | "https",
  ) {
    this.url = `${scheme}://127.0.0.1:${port}`;
    const collect = (chunk: Buffer) => {
      this.#output += chunk.toString();
    };
    child.stdout?.on("data", collect);
    child.stderr?.on("data", collect);
  }

  /** Starts one and waits until it answers that it is ready. */
  static async start(options: ServerOptions = {}): Promise<ServerProcess> {
    const port = options.port ?? (await freePort());
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "helios-e2e-"));
    const child = spawn(process.execPath, [MAIN], {
      cwd: tmpdir(),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...withoutHelios(process.env),
        // The same on every machine, unless all tests are to run against a server with fronts.
        HELIOSDB_FRONTS: process.env.TEST_FRONTS ?? "0",
        HELIOSDB_API_PORT: String(port),
        HELIOSDB_DATA_DIR: dataDir,
        HELIOSDB_ADMIN_API_KEY: API_KEY,
        ...(options.tls && { HELIOSDB_TLS_CERT: options.tls.cert, HELIOSDB_TLS_KEY: options.tls.key }),
        ...options.env,
      },
    });
    const server = new ServerProcess(child, port, dataDir, options.tls ? "https" : "http");
    await server.#ready();
    return server;
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error("the server was never started");
    return this.child.pid;
  }

  /** Everything it wrote to stdout and stderr so far. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Sends a signal to the server and to its children at once, as Ctrl-C in a terminal does. */
  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.pid, signal);
  }

  /** Waits for its end; resolves to the exit code, or the name of the signal that ended it. */
  async ended(): Promise<number | string> {
    if (this.running) await once(this.child, "exit");
    return this.child.exitCode ?? this.child.signalCode ?? "unknown";
  }

  async stop(): Promise<number | string> {
    if (this.running) this.child.kill("SIGTERM");
    return this.ended();
  }

  async kill(): Promise<void> {
    if (this.running) this.signalGroup("SIGKILL");
    await this.ended();
  }

  /** Stops it and removes its data. */
  async remove(): Promise<void> {
    await this.stop();
    rmSync(this.dataDir, { recursive: true, force: true });
  }

  async #ready(): Promise<void> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(50)) {
      if (!this.running) throw new Error(`The server ended at its start:\n${this.output}`);
      if (await this.#isHealthy()) return;
    }
    await this.kill();
    throw new Error(`The server was not ready in two minutes:\n${this.output}`);
  }

  /** Whoever signed its certificate. */
  #isHealthy(): Promise<boolean> {
    const get = this.url.startsWith("https:") ? request : requestPlain;
    return new Promise((resolve) => {
      get(`${this.url}/health`, { rejectUnauthorized: false, agent: false }, (response) => {
        response.resume();
        resolve(response.statusCode === 200);
      })
        .once("error", () => resolve(false))
        .end();
    });
  }
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  probe.close();
  await once(probe, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

/** The environment without settings of the developer's own that would change what is tested. */
export function withoutHelios(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("HELIOSDB_")));
}
