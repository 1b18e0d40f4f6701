import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../errors/exit-codes.js";
import { removePrivateFile, writePrivateFile } from "./private-file.js";
import { configFolder } from "./user-folder.js";

/** A saved login of `helios login`. */
export interface Login {
  readonly url: string;
  readonly apiKey: string;
  /** The path of the CA certificates that are trusted for this server. */
  readonly ca?: string;
}

/** The profile that is used where none is named. */
export const DEFAULT_PROFILE = "default";

/** The file of a profile. Throws UsageError for a name that would not be one file in its folder. */
export function loginPath(profile = DEFAULT_PROFILE): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(profile)) {
    throw new UsageError(
      `Invalid profile "${profile}". Expected 1 to 64 letters, digits, dots, hyphens or underscores, beginning with a letter or digit.`,
    );
  }
  if (profile === DEFAULT_PROFILE) return join(configFolder(), "login.json");
  return join(configFolder(), "profiles", `${profile}.json`);
}

export function readLogin(profile = DEFAULT_PROFILE): Login | null {
  const path = loginPath(profile);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw new UsageError(`${path} can't be read: ${(error as Error).message}`);
  }
  return parse(text, path);
}

/** The profiles that have a saved login, in alphabetical order, the default one first. */
export function profiles(): readonly string[] {
  const named = namesIn(join(configFolder(), "profiles"));
  return [...(existsSync(loginPath()) ? [DEFAULT_PROFILE] : []), ...named];
}

export function saveLogin(login: Login, profile = DEFAULT_PROFILE): void {
  writePrivateFile(loginPath(profile), `${JSON.stringify(login, null, 2)}\n`);
}

/** True if there was one. */
export function removeLogin(profile = DEFAULT_PROFILE): boolean {
  const path = loginPath(profile);
  const had = existsSync(path);
  removePrivateFile(path);
  return had;
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith(".json"))
      .map((file) => file.slice(0, -".json".length))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw new UsageError(`${folder} can't be read: ${(error as Error).message}`);
  }
}

function parse(text: string, path: string): Login {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && "url" in value && "apiKey" in value) {
      if (typeof value.url === "string" && typeof value.apiKey === "string") {
        const ca = "ca" in value && typeof value.ca === "string" ? { ca: value.ca } : {};
        return { url: value.url, apiKey: value.apiKey, ...ca };
      }
    }
  } catch {
    // Every kind of damage gets the same message below.
  }
  throw new UsageError(`${path} is damaged. Run "helios login" again.`);
}
