import { createInterface } from "node:readline/promises";
import { type Command, Option } from "commander";
import { Cancelled } from "../errors/exit-codes.js";

export function yesOption(): Option {
  return new Option("-y, --yes", "don't ask for confirmation");
}

/**
 * Asks before something is destroyed. Only people at a terminal are asked: a program can't answer, and says what it means
 * by calling the command. Throws Cancelled unless the answer is yes.
 */
export async function confirm(command: Command, question: string): Promise<void> {
  const { yes } = command.opts<{ yes?: boolean }>();
  if (yes || !process.stdin.isTTY || !process.stderr.isTTY) return;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    // Ctrl-C and Ctrl-D are no yes either.
    const answer = await terminal.question(`${question} [y/N] `).catch(() => "");
    if (!/^y(es)?$/i.test(answer.trim())) throw new Cancelled();
  } finally {
    terminal.close();
  }
}
