import { createInterface, type Interface } from "node:readline";
import { InterruptedError, UsageError } from "../errors/exit-codes.js";
import { note } from "../output/writer.js";
import { report } from "../session/report.js";
import { Completer } from "./completer.js";
import { HISTORY_SIZE, readHistory, saveHistory } from "./history-file.js";
import { InputBuffer } from "./input-buffer.js";
import { META_COMMANDS } from "./meta-commands.js";
import { Output } from "./output.js";
import { placeText } from "./settings.js";
import type { Shell } from "./shell.js";
import { runStatement } from "./statement.js";
import { abandonTransaction } from "./transaction.js";

type Parts = Pick<Shell, "client" | "url" | "settings">;

/**
 * Reads statements and backslash commands until the end of the input. At a terminal an error is shown and the shell goes
 * on; elsewhere it rejects with the first error, so that a script stops where it fails.
 */
export async function runShell({ client, url, settings }: Parts): Promise<void> {
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const completer = new Completer(client, settings);
  const shell: Shell = { client, url, settings, output: new Output(settings), forgetNames: () => completer.forget() };
  const lines = createInterface({
    input: process.stdin,
    output: isTerminal ? process.stdout : undefined,
    terminal: isTerminal,
    ...(isTerminal && { history: readHistory(), historySize: HISTORY_SIZE, removeHistoryDuplicates: true }),
    completer: (line: string, done: (error: null, result: [string[], string]) => void) => {
      completer.complete(line).then(
        (result) => done(null, result),
        () => done(null, [[], line]),
      );
    },
  });
  if (isTerminal) {
    lines.on("history", saveHistory);
    note(`${url}, branch ${placeText(settings)}. \\? shows the commands, \\q leaves.`);
  }
  try {
    await readAll(lines, shell, isTerminal);
  } finally {
    lines.close();
    await abandonTransaction(shell);
  }
}

async function readAll(lines: Interface, shell: Shell, isTerminal: boolean): Promise<void> {
  const buffer = new InputBuffer();
  let running: AbortController | null = null;
  const prompt = () => {
    if (!isTerminal) return;
    const star = shell.settings.transaction ? "*" : "";
    lines.setPrompt(`${placeText(shell.settings)}${star}${buffer.isEmpty ? "=>" : "->"} `);
    lines.prompt();
  };
  // Ctrl-C ends what is running, or else forgets what was typed.
  lines.on("SIGINT", () => {
    if (running) return running.abort();
    buffer.clear();
    process.stdout.write("\n");
    prompt();
  });
  const runAll = async (statements: readonly string[]) => {
    for (const sql of statements) {
      running = new AbortController();
      try {
        await runStatement(shell, sql, running.signal);
      } catch (error) {
        if (running.signal.aborted) throw new InterruptedError("Stopped. A statement that writes may have been done.");
        throw error;
      } finally {
        running = null;
      }
    }
  };
  const guarded = async (work: () => Promise<unknown>) => {
    try {
      await work();
    } catch (error) {
      if (!isTerminal) throw error;
      report(error);
    }
  };
  prompt();
  for await (const line of lines) {
    if (buffer.isEmpty && line.trimStart().startsWith("\\")) {
      const [name = "", word = ""] = line
        .trim()
        .slice(1)
        .split(/\s+(.*)/s);
      if (name === "q") return;
      await guarded(() => runMeta(shell, name, word, runAll));
    } else if (buffer.isEmpty && /^\s*(exit|quit)\s*;?\s*$/i.test(line)) return;
    else await guarded(() => runAll(buffer.add(line)));
    prompt();
  }
  await guarded(() => runAll(buffer.takeRest()));
  if (isTerminal) process.stdout.write("\n");
}

async function runMeta(shell: Shell, name: string, word: string, runAll: (all: readonly string[]) => Promise<void>) {
  const command = Object.hasOwn(META_COMMANDS, name) ? META_COMMANDS[name] : undefined;
  if (!command) throw new UsageError(`Unknown command \\${name}. \\? shows the commands.`);
  await command.run(shell, word.trim(), runAll);
}
