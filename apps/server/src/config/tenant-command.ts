import { Command } from "commander";
import { addOption } from "./add-option.js";
import { type Config, OPTIONS } from "./options.js";

/** What `heliosdb tenant …` is to do. */
export interface TenantCommand {
  readonly tenant: string;
  /** Name of the cell that is to have it. */
  readonly target: string;
  readonly flags: { readonly [K in keyof Config]?: string };
}

/** `tenant move …`, or null where the server is to be started. */
export function tenantCommand(argv: readonly string[]): TenantCommand | null {
  if (argv[0] !== "tenant") return null;
  const tenant = new Command("heliosdb tenant").description("Moves tenants between cells of servers.");
  const move = tenant
    .command("move")
    .description("Moves a tenant with all its data to another cell of the store, while it is in use.")
    .argument("<tenant>", "name of the tenant")
    .requiredOption("--to <cell>", "name of the cell that is to have it")
    .allowExcessArguments(false);
  addOption(move, OPTIONS.storeUrls);
  move.action(() => {});
  tenant.parse([...argv.slice(1)], { from: "user" });
  const { to: target, ...flags } = move.opts<{ to: string; storeUrls?: string }>();
  return { tenant: move.args[0]!, target, flags };
}
