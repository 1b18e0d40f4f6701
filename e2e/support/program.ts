import { spawn, spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { withoutHelios } from "./server.js";

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** Runs a program to its end and keeps what it wrote. */
export function runProgram(command: string, args: string[], options: ProgramOptions = {}): Promise<ProgramResult> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...withoutHelios(process.env), ...options.env },
      stdio: "pipe",
    });
    let stdout = "";
    let stderr = "";
    child.stdout.on("data", (chunk) => {
      stdout += chunk;
    });
    child.stderr.on("data", (chunk) => {
      stderr += chunk;
    });
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
    // A program that ends without reading its input closes the pipe: its exit code tells the rest.
    child.stdin.on("error", () => {});
    child.stdin.end(options.input ?? "");
  });
}

/** A documented client program, with nothing changed but the address of the server. */
export function tutorialProgram(name: string, url: string): string {
  const text = readFileSync(join(resolve(import.meta.dirname, "../fixtures/tutorial"), name), "utf8");
  return text.replaceAll("http://localhost:8080", url);
}

/** A Python 3 that has `requests`, which the tutorial's programs import; null where there is none. */
export function findPython(): string | null {
  return firstThatRuns("Python 3 with requests", [
    ["python3", ["-c", "import requests"]],
    ["/usr/bin/python3", ["-c", "import requests"]],
  ]);
}

/** A Python that the client for it supports, with pip; null where there is none. */
export function findPythonWithPip(): string | null {
  const probe = ["-c", "import pip, sys; assert sys.version_info >= (3, 9)"];
  return firstThatRuns("Python 3.9 or newer with pip", [
    ["python3", probe],
    ["/usr/bin/python3", probe],
  ]);
}

export function findGo(): string | null {
  return firstThatRuns("Go", [["go", ["version"]]]);
}

export function findSqliteShell(): string | null {
  return firstThatRuns("the sqlite3 shell", [["sqlite3", ["--version"]]]);
}

/** A shell other than the system's own. */
export function findShell(name: "zsh" | "fish"): string | null {
  return firstThatRuns(name, [[name, ["--version"]]]);
}

/** In CI a missing interpreter is a failure: a test that never runs there proves nothing. */
function firstThatRuns(what: string, candidates: [string, string[]][]): string | null {
  const found = candidates.find(([command, args]) => spawnSync(command, args).status === 0);
  if (found) return found[0];
  if (process.env.CI) throw new Error(`${what} is needed by these tests and is not installed`);
  console.warn(`Skipped: ${what} is not installed`);
  return null;
}
