import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { API_KEY, freePort, withoutHelios } from "./server.js";

const MAIN = resolve(import.meta.dirname, "../../apps/server/dist/bundle/main.js");
/** Milliseconds: no node loses its lease because the machine is busy. */
const LEASE_MS = 120_000;
/** For tests that wait until another node takes the place of one that is gone. */
export const SHORT_LEASE = { HELIOSDB_LEASE_MS: "4000" };

export interface NodeOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  readonly node: string;
  readonly dataDir?: string;
  readonly port?: number;
  readonly env?: Readonly<Record<string, string>>;
}

/** What `/readyz` says of a node. */
export interface Ready {
  readonly ready: boolean;
  readonly leader?: { readonly node: string; readonly url: string | null } | null;
  readonly entries_behind?: number | null;
}

/** A server as a node of a cell, in a process group of its own. */
export class ServerNode {
  readonly url: string;
  #output = "";

  private constructor(
    readonly child: ChildProcess,
    readonly name: string,
    readonly port: number,
    readonly dataDir: string,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /** Starts one, which may become the active node or a standby. */
  static async start({ urls, cell, node, ...options }: NodeOptions): Promise<ServerNode> {
    const port = options.port ?? (await freePort());
    const dataDir = options.dataDir ?? mkdtempSync(join(tmpdir(), "helios-cell-"));
    const child = spawn(process.execPath, [MAIN], {
      cwd: tmpdir(),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...withoutHelios(process.env),
        HELIOSDB_FRONTS: process.env.TEST_FRONTS ?? "0",
        HELIOSDB_API_PORT: String(port),
        HELIOSDB_DATA_DIR: dataDir,
        HELIOSDB_STORE_URLS: urls.join(","),
        HELIOSDB_CELL: cell,
        HELIOSDB_NODE: node,
        HELIOSDB_NODE_URL: `http://127.0.0.1:${port}`,
        HELIOSDB_LEASE_MS: String(LEASE_MS),
        HELIOSDB_ADMIN_API_KEY: API_KEY,
        ...options.env,
      },
    });
    const started = new ServerNode(child, node, port, dataDir);
    try {
      await started.until(async () => (await started.readiness()) !== null);
    } catch (error) {
      await started.kill();
      if (options.dataDir === undefined) started.removeData();
      throw error;
    }
    return started;
  }

  /** Everything it wrote to stdout and stderr so far. */
  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Null where it doesn't answer. */
  async readiness(): Promise<Ready | null> {
    try {
      const response = await fetch(`${this.url}/readyz`, { headers: { accept: "application/json" } });
      return (await response.json()) as Ready;
    } catch {
      return null;
    }
  }

  /** Resolves when it serves the cell. */
  isActive(): Promise<void> {
    return this.until(async () => (await this.readiness())?.ready === true);
  }

  /** Resolves when it is a standby that has all there is, and knows the active node. */
  isFollowing(): Promise<void> {
    return this.until(async () => {
      const ready = await this.readiness();
      return ready?.leader != null && ready.entries_behind === 0;
    });
  }

  async until(isTrue: () => Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 120_000; Date.now() < deadline; await sleep(50)) {
      if (!this.running) throw new Error(`The node ended:\n${this.output}`);
      if (await isTrue()) return;
    }
    throw new Error(`It did not happen in two minutes:\n${this.output}`);
  }

  signalGroup(signal: NodeJS.Signals): void {
    process.kill(-this.child.pid!, signal);
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

  removeData(): void {
    rmSync(this.dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
}
