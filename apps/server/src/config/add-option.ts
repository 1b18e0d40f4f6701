import type { Command } from "commander";
import type { Option } from "./option.js";

/** A setting as the flag of a command. */
export function addOption(command: Command, { flag, description, env, fallback, shownDefault }: Option<unknown>): void {
  command.option(flag, `${description} [${env}] (default: ${shownDefault ?? String(fallback)})`);
}
