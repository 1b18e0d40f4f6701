import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AS } from "../../../packages/store/test/support/as-postgres.js";

/** A program of the store that runs until it is ended, as the user that PostgreSQL runs as. */
export class Daemon {
  readonly #child: ChildProcess;
  readonly #log: string;

  constructor(folder: string, command: string, args: readonly string[]) {
    this.#log = join(folder, "log");
    const log = openSync(this.#log, "a");
    const env = { ...process.env, HOME: folder };
    this.#child = spawn(command, args, { ...AS, cwd: "/", env, stdio: ["ignore", log, log] });
  }

  get log(): string {
    return readFileSync(this.#log, "utf8");
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    if (this.isRunning) this.#child.kill(signal);
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    this.signal(signal);
    if (this.isRunning) await once(this.#child, "exit");
  }
}
