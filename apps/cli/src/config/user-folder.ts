import { homedir } from "node:os";
import { join } from "node:path";

/** The user's folder for saved logins. */
export function configFolder(): string {
  return folder(process.env.XDG_CONFIG_HOME, ".config");
}

/** The user's folder for what one command leaves for the next: a shell's history, the states of imports. */
export function stateFolder(): string {
  return folder(process.env.XDG_STATE_HOME, ".local/state");
}

/** The user's folder for files that can be made again. */
export function cacheFolder(): string {
  return folder(process.env.XDG_CACHE_HOME, ".cache");
}

function folder(chosen: string | undefined, usual: string): string {
  return join(chosen || join(homedir(), usual), "heliosdb");
}
