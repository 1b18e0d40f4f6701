import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { UsageError } from "../errors/exit-codes.js";

/** The saved login of `helios login`. */
export interface Login {
  readonly url: string;
  readonly apiKey: string;
}

export function loginPath(): string {
  const base = process.env.XDG_CONFIG_HOME || join(homedir(), ".config");
  return join(base, "heliosdb", "login.json");
}

export function readLogin(): Login | null {
  let text: string;
  try {
    text = readFileSync(loginPath(), "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new UsageError(`${loginPath()} can't be read: ${(error as Error).message}`);
  }
  return parse(text);
}

/** The file is readable only by its owner from the moment it is created. */
export function saveLogin(login: Login): void {
  const path = loginPath();
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const temporary = `${path}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(login, null, 2)}\n`, { mode: 0o600 });
  chmodSync(temporary, 0o600);
  renameSync(temporary, path);
}

/** True if there was one. */
export function removeLogin(): boolean {
  const had = existsSync(loginPath());
  rmSync(loginPath(), { force: true });
  return had;
}

function parse(text: string): Login {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "url" in value && "apiKey" in value) {
      if (typeof value.url === "string" && typeof value.apiKey === "string") {
        return { url: value.url, apiKey: value.apiKey };
      }
    }
  } catch {
    // Every kind of damage gets the same message below.
  }
  throw new UsageError(`${loginPath()} is damaged. Run "helios login" again.`);
}
