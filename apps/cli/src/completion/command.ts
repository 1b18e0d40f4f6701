import { Command } from "commander";
import { complete } from "./complete.js";
import { serverNames } from "./server-names.js";

/** Asked by the scripts of `helios completion`, at every press of the Tab key. */
export function completeCommand(root: Command): Command {
  return new Command("__complete").argument("[words...]").action(async (words: readonly string[]) => {
    const candidates = await complete(root, words, serverNames()).catch(() => []);
    // A request that was given up must not keep the shell waiting.
    process.stdout.write(candidates.map(({ value, description }) => `${value}\t${description}\n`).join(""), () =>
      process.exit(0),
    );
  });
}
