import { Command } from "commander";
import { addOption } from "./add-option.js";
import { moment } from "./moment.js";
import { type Config, OPTIONS } from "./options.js";

/** What `heliosdb cell …` is to do. */
export type CellTask =
  | { readonly do: "status" | "step-down" }
  | { readonly do: "export"; readonly folder: string; readonly at: number | null }
  | { readonly do: "import"; readonly folder: string }
  /** Null: a folder for temporary files, and no standby. */
  | { readonly do: "verify"; readonly in: string | null; readonly standby: string | null };

export interface CellCommand {
  readonly task: CellTask;
  readonly flags: { readonly [K in keyof Config]?: string };
}

/** `cell …`, or null where the server is to be started. Throws ConfigError for a wrong value. */
export function cellCommand(argv: readonly string[]): CellCommand | null {
  if (argv[0] !== "cell") return null;
  let found: CellCommand | null = null;
  const cell = new Command("heliosdb cell").description("Looks after a cell of servers.");
  const add = (
    name: string,
    description: string,
    settings: readonly (keyof Config)[],
    taskOf: (folder: string, own: { readonly [name: string]: string | undefined }) => CellTask,
  ): Command => {
    const command = cell.command(name).description(description).allowExcessArguments(false);
    command.action(() => {
      const { at, in: place, with: standby, ...flags } = command.opts<{ readonly [name: string]: string }>();
      found = { task: taskOf(command.args[0] ?? "", { at, in: place, with: standby }), flags };
    });
    for (const key of ["storeUrls", "cell", ...settings] as const) addOption(command, OPTIONS[key]);
    return command;
  };

  add(
    "status",
    "Shows which node is active, how far the standbys are, and what the store's replication promises.",
    ["leaseMs"],
    () => ({ do: "status" }),
  );
  add(
    "export <folder>",
    "Makes an ordinary data folder of all that the cell has, from the store alone, while the cell is in use.",
    [],
    (folder, { at }) => ({ do: "export", folder, at: at === undefined ? null : moment("--at", at) }),
  ).option("--at <time>", "As it was at this moment, such as 2026-11-29T12:00:00Z (default: now)");
  add(
    "import <folder>",
    "Makes a new cell of the data folder of a server that is stopped. The folder stays as it is.",
    ["leaseMs", "storeDurability"],
    (folder) => ({ do: "import", folder }),
  );
  add(
    "verify",
    "Makes a data folder from the store, and checks all of it. Ends with code 1 if anything is wrong.",
    [],
    (_, own) => ({ do: "verify", in: own.in ?? null, standby: own.with ?? null }),
  )
    .option("--in <folder>", "Where the folder is made, and removed again (default: the system's temporary folder)")
    .option("--with <folder>", "The data folder of a standby that is stopped: it is compared with the logs");
  add(
    "step-down",
    "Has the active node leave the cell to a standby, and waits until that has taken it.",
    ["leaseMs"],
    () => ({ do: "step-down" }),
  );
  cell.parse([...argv.slice(1)], { from: "user" });
  return found;
}
