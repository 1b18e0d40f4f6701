import { UsageError } from "../errors/exit-codes.js";
import { CLIENT_SETTINGS, KNOWN_SETTINGS } from "../generated/known-settings.js";

const PREFIX = "HELIOSDB_";

/** Refuses unknown settings, as the server does: otherwise a misspelt one would go unnoticed. */
export function checkEnvironment(names: readonly string[] = Object.keys(process.env)): void {
  const known: readonly string[] = KNOWN_SETTINGS;
  const unknown = names.filter((name) => name.startsWith(PREFIX) && !known.includes(name)).sort();
  if (unknown.length === 0) return;
  throw new UsageError(
    `Unknown environment variable ${unknown.join(", ")}. Expected ${or(Object.keys(CLIENT_SETTINGS))}.`,
  );
}

function or(names: readonly string[]): string {
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}
