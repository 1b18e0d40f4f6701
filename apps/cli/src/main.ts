import { setFlagsFromString } from "node:v8";
import { CommanderError } from "commander";
import { EXIT, exitCodeOf } from "./errors/exit-codes.js";
import { makeProgram } from "./program/program.js";
import { suggestions } from "./program/suggestions.js";
import { report } from "./session/report.js";

// Otherwise the process ends only when V8 has optimized undici's parser, which takes longer than a request.
setFlagsFromString("--liftoff-only");

// `helios query … | head` closes the pipe early, which is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  process.stderr.write(`helios: stdout can't be written: ${error.message}\n`);
  process.exit(EXIT.failed.code);
});

const program = makeProgram();
try {
  await program.parseAsync(process.argv);
} catch (error) {
  // Commander has already printed its own errors.
  if (!(error instanceof CommanderError)) report(error);
  else if (error.code === "commander.unknownCommand") suggest(error.message);
  process.exitCode = exitCodeOf(error);
}

/** Commander looks for similar names among the commands of one level only. */
function suggest(message: string): void {
  const word = /'([^']*)'/.exec(message)?.[1] ?? "";
  const found = suggestions(program, word);
  if (found.length > 0) process.stderr.write(`Did you mean ${found.map((path) => `"${path}"`).join(" or ")}?\n`);
}
