import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type ProgramResult, runProgram } from "./program.js";
import type { RunnableBlock } from "./runnable-docs.js";
import { withoutHelios } from "./server.js";
import { atTerminal } from "./terminal.js";

const PROGRAMS = ["node", "npm", "npx", "bash", "sh", "env", "cat", "mkdir"];
const MARK = "@@@ next block";
const STARTUP_MS = 30_000;

/** A user's home on a machine with Node and a shell: no other programs, no settings, and nothing that was fetched before. */
export class FreshMachine {
  readonly home: string;
  readonly #path: string;

  constructor(folder: string) {
    this.home = join(folder, "home");
    this.#path = join(folder, "bin");
    mkdirSync(this.home);
    mkdirSync(this.#path);
    for (const name of PROGRAMS) symlinkSync(name === "node" ? process.execPath : found(name), join(this.#path, name));
  }

  /**
   * Runs a block that installs, with npm's cache and registry of the machine that the test runs on. With scripts, which
   * may compile, it gets that machine's programs and Node's headers too.
   */
  install(block: RunnableBlock, { scripts }: { readonly scripts: boolean }): Promise<ProgramResult> {
    return runProgram(found("bash"), ["--norc", "-euc", block.script], {
      cwd: this.home,
      env: {
        HOME: this.home,
        ...(scripts ? { XDG_CACHE_HOME: cacheFolder() } : { PATH: this.#path, npm_config_ignore_scripts: "true" }),
        ...Object.fromEntries(["cache", "userconfig"].map((name) => [`npm_config_${name}`, npmSetting(name)])),
        npm_config_prefer_offline: "true",
        npm_config_audit: "false",
        npm_config_fund: "false",
        npm_config_loglevel: "error",
      },
    });
  }

  /** Starts what a block starts in a terminal of its own, and waits until it has written a text. */
  async start(block: RunnableBlock, cwd: string, text: string, env: Record<string, string>): Promise<Running> {
    const running = new Running(
      spawn(found("bash"), ["--norc", "-c", `exec ${block.script.trim()} 2>&1`], {
        cwd,
        env: { ...this.#env(), ...env },
        stdio: ["ignore", "pipe", "inherit"],
      }),
    );
    for (const until = Date.now() + STARTUP_MS; !running.output.includes(text); await sleep(50)) {
      if (!running.hasEnded && Date.now() < until) continue;
      await running.stop();
      throw new Error(`"${text}" was not written:\n${running.output}`);
    }
    return running;
  }

  /** Types blocks one after the other in one shell at a terminal, until one fails. Gives what each of them wrote. */
  async type(blocks: readonly RunnableBlock[], cwd: string): Promise<string[]> {
    const script = [`cd '${cwd}'`, ...blocks.map(({ line, script }) => `echo '${MARK} ${line}'\n${script}`)].join("\n");
    const env = Object.entries({ ...this.#env(), TERM: "xterm" }).map(([name, value]) => `${name}=${value}`);
    const shell = ["env", "-i", ...env, "bash", "--norc", "-euo", "pipefail", "-c", script];
    const steps = blocks.map(({ line }) => ({ wait: `${MARK} ${line}`, send: "" }));
    const { text, code } = await atTerminal(shell, steps, { columns: 100, rows: 40 });
    // A line of progress is written over by what comes behind it.
    const outputs = text
      .replace(/[^\n]*\r/g, "")
      .split(new RegExp(`^${MARK} \\d+\n`, "m"))
      .slice(1);
    if (code === 0) return outputs;
    throw new Error(`the block at line ${blocks[outputs.length - 1]?.line} ended with ${code}:\n${outputs.at(-1)}`);
  }

  #env(): Record<string, string> {
    return { PATH: this.#path, HOME: this.home, npm_config_update_notifier: "false", npm_config_progress: "false" };
  }
}

/** A program that runs until it is stopped. */
export class Running {
  readonly #child: ChildProcess;
  readonly #closed: Promise<void>;
  #output = "";

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#closed = new Promise((resolve) => child.once("close", () => resolve()));
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output += text;
    });
  }

  get output(): string {
    return this.#output;
  }

  get hasEnded(): boolean {
    return this.#child.exitCode !== null || this.#child.signalCode !== null;
  }

  /** Waits for its last words too, which may come from a child of it. */
  async stop(): Promise<void> {
    if (!this.hasEnded) this.#child.kill("SIGTERM");
    await this.#closed;
  }
}

function found(program: string): string {
  return realpathSync(execFileSync("/bin/sh", ["-c", `command -v ${program}`], { encoding: "utf8" }).trim());
}

function cacheFolder(): string {
  return process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
}

function npmSetting(name: string): string {
  return execFileSync("npm", ["config", "get", name], { encoding: "utf8", env: withoutHelios(process.env) }).trim();
}
