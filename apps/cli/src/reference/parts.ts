import type { Argument, Command, Option } from "commander";
import { pathOf } from "../program/path.js";

/** The commands that do something, in the order of the help; those for programs only are left out. */
export function commandsOf(program: Command): Command[] {
  return program.commands.filter((command) => !command.name().startsWith("_")).flatMap(leavesOf);
}

function leavesOf(command: Command): Command[] {
  return command.commands.length > 0 ? command.commands.flatMap(leavesOf) : [command];
}

/** `helios tables describe <table> [options]` */
export function synopsisOf(command: Command): string {
  return [pathOf(command), ...command.registeredArguments.map(argumentText), "[options]"].join(" ");
}

function argumentText(argument: Argument): string {
  return argument.required ? `<${argument.name()}>` : `[${argument.name()}]`;
}

/** An option's description, with what it accepts and its default. */
export function optionText(option: Option): string {
  const notes = [
    option.argChoices ? `one of ${option.argChoices.join(", ")}` : null,
    option.mandatory ? "required" : null,
    option.envVar ? `environment: ${option.envVar}` : null,
    typeof option.defaultValue === "string" ? `default: ${option.defaultValue}` : null,
  ].filter((note) => note !== null);
  return option.description + (notes.length > 0 ? ` (${notes.join("; ")})` : "");
}
