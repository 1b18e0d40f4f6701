import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { runProgram } from "./program.js";

const DRIVER = resolve(import.meta.dirname, "terminal.py");

/** Keys to press once the command has written a text. */
export interface Step {
  readonly wait: string;
  readonly send: string;
}

/** Runs a command as at a terminal of a size, and presses keys. Throws if it never writes what is waited for. */
export async function atTerminal(
  command: readonly string[],
  steps: readonly Step[],
  { columns = 80, rows = 24, env = {} }: { columns?: number; rows?: number; env?: Record<string, string> } = {},
): Promise<{ readonly text: string; readonly code: number }> {
  const result = await runProgram("python3", [DRIVER, String(columns), String(rows), ...command], {
    input: JSON.stringify(steps),
    env: { TERM: "xterm", ...env },
  });
  if (result.code !== 0) throw new Error(result.stderr);
  const { output, code, problem } = JSON.parse(result.stdout);
  const text = stripVTControlCharacters(output).replaceAll("\r\n", "\n");
  if (problem !== undefined) throw new Error(`The command ${problem}. It wrote:\n${text}`);
  return { text, code };
}
