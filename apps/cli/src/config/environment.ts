import { UsageError } from "../errors/exit-codes.js";
import { KNOWN_SETTINGS } from "../generated/known-settings.js";

const PREFIX = "HELIOSDB_";

/** A setting that nobody reads is a mistake that nobody sees: refuse it, as the server does. */
export function checkEnvironment(names: readonly string[] = Object.keys(process.env)): void {
  const known: readonly string[] = KNOWN_SETTINGS;
  const unknown = names.filter((name) => name.startsWith(PREFIX) && !known.includes(name)).sort();
  if (unknown.length === 0) return;
  throw new UsageError(
    `unknown environment variable ${unknown.join(", ")}; this command reads HELIOSDB_URL, HELIOSDB_API_KEY and HELIOSDB_BRANCH`,
  );
}
