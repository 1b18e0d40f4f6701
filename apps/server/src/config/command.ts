import { Command } from "commander";
import { SERVER_VERSION } from "../system/server-version.js";
import { type Config, OPTIONS } from "./options.js";

/** Reads the start command's flags. Exits for `--help`, `--version` and flags that do not exist. */
export function parseFlags(argv: readonly string[]): { readonly [K in keyof Config]?: string } {
  const command = new Command("heliosdb-server")
    .description("Starts a HeliosDB server. Every flag is also an environment variable.")
    .version(SERVER_VERSION)
    .allowExcessArguments(false);
  for (const option of Object.values(OPTIONS)) {
    const shown = option.shownDefault ?? String(option.fallback);
    command.option(option.flag, `${option.description} [${option.env}] (default: ${shown})`);
  }
  return command.parse([...argv], { from: "user" }).opts();
}
