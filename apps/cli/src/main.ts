import { CommanderError } from "commander";
import { exitCodeOf } from "./errors/exit-codes.js";
import { makeProgram } from "./program/program.js";
import { report } from "./session/report.js";

// `helios query … | head` closes the pipe early, which is not a failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(0);
  throw error;
});

try {
  await makeProgram().parseAsync(process.argv);
} catch (error) {
  // Commander has already printed its own errors.
  if (!(error instanceof CommanderError)) report(error);
  process.exitCode = exitCodeOf(error);
}
