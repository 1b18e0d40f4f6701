import type { Command } from "commander";

/** The command with its parents: `helios branches create`. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
}
