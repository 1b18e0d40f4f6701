import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { cellSettings } from "./test-cell.js";

const MAIN = resolve(import.meta.dirname, "../../dist/bundle/main.js");
const plainEnv = {
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("HELIOSDB_"))),
  // The same on every machine; see support/server.ts.
  HELIOSDB_FRONTS: process.env.TEST_FRONTS ?? "0",
};

/** The start command in a process of its own, on a free port, with a data folder whose name has a blank. */
export class StartedServer {
  readonly process: ChildProcess;
  readonly dataDir: string;
  private readonly folder = mkdtempSync(join(tmpdir(), "heliosdb main "));
  private out = "";
  private err = "";

  constructor(args: string[] = [], env: Record<string, string> = {}) {
    this.dataDir = join(this.folder, "data");
    const flags = ["--api-port", "0", "--data-dir", this.dataDir, ...args];
    // Where the tests' servers are nodes of cells, this one is, too.
    const cell = cellSettings(flags[flags.lastIndexOf("--data-dir") + 1]!);
    this.process = spawn(process.execPath, [MAIN, ...flags], {
      env: { ...plainEnv, ...cell, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.process.stdout?.on("data", (chunk) => {
      this.out += chunk;
    });
    this.process.stderr?.on("data", (chunk) => {
      this.err += chunk;
    });
  }

  stdout(): string {
    return this.out;
  }

  stderr(): string {
    return this.err;
  }

  /** Waits until it has printed something. */
  printed(text: RegExp): Promise<RegExpExecArray> {
    return this.until(() => text.exec(this.out), `it printed ${text}`);
  }

  /** Waits until it has logged something. */
  logged(text: RegExp): Promise<RegExpExecArray> {
    return this.until(() => text.exec(this.err), `it logged ${text}`);
  }

  /** Where it listens. */
  async url(): Promise<string> {
    return (await this.printed(/^HeliosDB listens on (\S+)$/m))[1]!;
  }

  async remove(): Promise<void> {
    if (this.process.exitCode === null && this.process.signalCode === null) {
      this.process.kill("SIGKILL");
      await once(this.process, "exit");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private async until<T>(look: () => T | null, what: string): Promise<T> {
    for (let tries = 0; tries < 2400; tries++) {
      const found = look();
      if (found) return found;
      if (this.process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`never: ${what}\n${this.out}\n${this.err}`);
  }
}
