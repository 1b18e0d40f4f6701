import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";
import { until } from "../../../store/test/support/postgres.js";

const WORKER = fileURLToPath(new URL("../workers/node-under-load.mjs", import.meta.url));
let prefix = 0;

export interface NodeProcessOptions {
  readonly urls: readonly string[];
  readonly cell: string;
  readonly dataDir: string;
  readonly leaseMs: number;
  readonly database?: string;
  /** Default: another one for each. */
  readonly node?: string;
}

/** A node of a cell, with its databases, in a process of its own. */
export class NodeProcess {
  private text = "";

  private constructor(private readonly process: ChildProcess) {
    process.stdout!.on("data", (part) => {
      this.text += part;
    });
  }

  /** Resolves when it has joined, or has ended. */
  static async start(options: NodeProcessOptions): Promise<NodeProcess> {
    const all = { database: "t1", node: `node${++prefix}`, prefix, ...options };
    const node = new NodeProcess(
      spawn(process.execPath, [WORKER, JSON.stringify(all)], { stdio: ["ignore", "pipe", "pipe"] }),
    );
    node.process.stderr!.on("data", (part) => {
      node.text += part;
    });
    onTestFinished(async () => {
      await node.kill();
    });
    await until(async () => node.text.includes("joined\n") || node.hasEnded);
    return node;
  }

  /** All that it has written. */
  get output(): string {
    return this.text;
  }

  /** The epoch in which it serves the cell; null while it doesn't. */
  get epoch(): number | null {
    const found = /^active (\d+)$/m.exec(this.text);
    return found ? Number(found[1]) : null;
  }

  /** Names of the rows that it has acknowledged. */
  get acknowledged(): string[] {
    return this.text
      .split("\n")
      .slice(0, -1)
      .filter((line) => line.startsWith("row "))
      .map((line) => line.slice("row ".length));
  }

  get hasEnded(): boolean {
    return this.process.exitCode !== null || this.process.signalCode !== null;
  }

  async isActive(rows = 30): Promise<void> {
    await until(async () => {
      if (this.hasEnded) throw new Error(`it has ended: ${this.text.slice(-2000)}`);
      return this.acknowledged.length >= rows;
    });
  }

  freeze(): void {
    this.process.kill("SIGSTOP");
  }

  thaw(): void {
    this.process.kill("SIGCONT");
  }

  kill(): Promise<number | null> {
    return this.end("SIGKILL");
  }

  /** As it should: databases are closed, and the cell is left to others. */
  stop(): Promise<number | null> {
    return this.end("SIGTERM");
  }

  /** Resolves with its exit code when it has ended by itself. */
  async ended(): Promise<number | null> {
    if (!this.hasEnded) await once(this.process, "exit");
    return this.process.exitCode;
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    if (!this.hasEnded) this.process.kill(signal);
    return this.ended();
  }
}
