import { Command } from "commander";
import { SERVER_VERSION } from "../util/server-version.js";
import type { Option } from "./option.js";
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

/** `cell status …`: the flags behind it, or null where the server is to be started. */
export function cellFlags(argv: readonly string[]): { readonly [K in keyof Config]?: string } | null {
  if (argv[0] !== "cell") return null;
  const command = new Command("heliosdb cell").description("Looks at a cell of servers.");
  const status = command
    .command("status")
    .description("Shows which node is active, how far the standbys are, and what the store's replication promises.")
    .allowExcessArguments(false);
  for (const key of ["storeUrls", "cell", "leaseMs"] as const) addOption(status, OPTIONS[key]);
  status.action(() => {});
  command.parse([...argv.slice(1)], { from: "user" });
  return status.opts();
}

/** `tenant move …`: what it says, or null where the server is to be started. */
export function tenantMove(
  argv: readonly string[],
): { readonly tenant: string; readonly target: string; readonly storeUrls?: string } | null {
  if (argv[0] !== "tenant") return null;
  const command = new Command("heliosdb tenant").description("Moves tenants between cells of servers.");
  const move = command
    .command("move")
    .description("Moves a tenant with all its data to another cell of the store, while it is in use.")
    .argument("<tenant>", "name of the tenant")
    .requiredOption("--to <cell>", "name of the cell that is to have it")
    .allowExcessArguments(false);
  addOption(move, OPTIONS.storeUrls);
  move.action(() => {});
  command.parse([...argv.slice(1)], { from: "user" });
  const { to: target, ...flags } = move.opts<{ to: string; storeUrls?: string }>();
  return { tenant: move.args[0]!, target, ...flags };
}

/** Reads the start command's flags. Exits for `--help`, `--version` and flags that do not exist. */
export function parseFlags(argv: readonly string[]): { readonly [K in keyof Config]?: string } {
  const command = new Command("heliosdb")
    .description(
      "Starts a HeliosDB server. Every flag is also an environment variable. `heliosdb check <folder>` checks " +
        "that a data folder or a backup is complete and undamaged, `heliosdb cell status` shows a cell, " +
        "`heliosdb tenant move` moves a tenant to another cell.",
    )
    .version(SERVER_VERSION)
    .allowExcessArguments(false);
  for (const option of Object.values(OPTIONS)) addOption(command, option);
  return command.parse([...argv], { from: "user" }).opts();
}

function addOption(command: Command, { flag, description, env, fallback, shownDefault }: Option<unknown>): void {
  command.option(flag, `${description} [${env}] (default: ${shownDefault ?? String(fallback)})`);
}
