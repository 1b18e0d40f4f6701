import { Command } from "commander";
import { SERVER_VERSION } from "../util/server-version.js";
import { addOption } from "./add-option.js";
import { type Config, OPTIONS } from "./options.js";

/** `check <folder>`: the folder to look at, or null where the server is to be started. */
export function folderToCheck(argv: readonly string[]): string | null {
  if (argv[0] !== "check") return null;
  const command = new Command("heliosdb check")
    .description("Checks that a data folder or a backup is complete and undamaged. No server may be using it.")
    .argument("<folder>", "the data folder")
    .allowExcessArguments(false);
  command.parse([...argv.slice(1)], { from: "user" });
  return command.args[0]!;
}

/** Reads the start command's flags. Exits for `--help`, `--version` and flags that do not exist. */
export function parseFlags(argv: readonly string[]): { readonly [K in keyof Config]?: string } {
  const command = new Command("heliosdb")
    .description(
      "Starts a HeliosDB server. Every flag is also an environment variable. `heliosdb check <folder>` checks " +
        "that a data folder or a backup is complete and undamaged, `heliosdb cell --help` lists what is for cells, and " +
        "`heliosdb tenant move` moves a tenant to another cell.",
    )
    .version(SERVER_VERSION)
    .allowExcessArguments(false);
  for (const option of Object.values(OPTIONS)) addOption(command, option);
  return command.parse([...argv], { from: "user" }).opts();
}
