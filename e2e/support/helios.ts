import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type ProgramOptions, type ProgramResult, runProgram } from "./program.js";
import { API_KEY } from "./server.js";

const HELIOS = resolve(import.meta.dirname, "../../apps/cli/bin/helios.js");

/** Runs the command as users do, in a home of its own. */
export class Helios {
  readonly configHome = mkdtempSync(join(tmpdir(), "helios-config-"));

  constructor(private readonly url: string) {}

  /** With the server and the key from the environment. */
  run(args: string[], options: ProgramOptions = {}): Promise<ProgramResult> {
    return this.bare(args, { ...options, env: { HELIOSDB_URL: this.url, HELIOSDB_API_KEY: API_KEY, ...options.env } });
  }

  /** What a command that must succeed writes, read as JSON. */
  async json(...args: string[]) {
    const { code, stdout, stderr } = await this.run(args);
    if (code !== 0) throw new Error(`helios ${args.join(" ")} exited with ${code}: ${stderr}`);
    return JSON.parse(stdout);
  }

  /** With nothing but what is given. */
  bare(args: string[], options: ProgramOptions = {}): Promise<ProgramResult> {
    return runProgram(process.execPath, [HELIOS, ...args], {
      ...options,
      env: { XDG_CONFIG_HOME: this.configHome, ...options.env },
    });
  }

  remove(): void {
    rmSync(this.configHome, { recursive: true, force: true });
  }
}
