import { AuthenticationError, ConflictError, ConnectionError, HeliosDBError, NotFoundError } from "@heliosdb/client";
import { CommanderError } from "commander";

/** Exit codes. The reference page is generated from them. */
export const EXIT = {
  ok: { code: 0, meaning: "done" },
  failed: {
    code: 1,
    meaning: "the server refused the request or failed, the user said no, or an unexpected error occurred",
  },
  usage: {
    code: 2,
    meaning: "the command line, an environment variable or an input file is invalid; nothing was sent",
  },
  notFound: { code: 3, meaning: "no such branch, table or snapshot" },
  conflict: {
    code: 4,
    meaning: "a merge conflict, a name in use, a violated constraint, or newer commits than expected",
  },
  auth: { code: 5, meaning: "missing or invalid credentials, or insufficient permissions" },
  unreachable: { code: 6, meaning: "no response from the server" },
  tryAgain: { code: 7, meaning: "a timeout, a rate limit, or an overloaded server" },
  badLines: { code: 8, meaning: "more bad lines in an imported file than allowed; the rows before are imported" },
  interrupted: {
    code: 130,
    meaning: "an import, an export or a download was stopped by Ctrl-C or another signal; an import can be continued",
  },
} as const;

/** A mistake in the command line, or in the files and variables that it names. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The user was asked whether to go on, and said no. */
export class Cancelled extends Error {
  override readonly name = "Cancelled";

  constructor() {
    super("Cancelled. Nothing was changed.");
  }
}

/** A file with more lines that can't be imported than are allowed. */
export class BadLinesError extends Error {
  override readonly name = "BadLinesError";
}

/** Work that was stopped by Ctrl-C or another signal, at a point from which it can go on. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

/** The client library's own check of what it was given, before anything is sent. */
export function isInvalidArgument(error: unknown): boolean {
  return error instanceof TypeError && error.message.startsWith("Invalid ");
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof UsageError || isInvalidArgument(error)) return EXIT.usage.code;
  if (error instanceof BadLinesError) return EXIT.badLines.code;
  if (error instanceof InterruptedError) return EXIT.interrupted.code;
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.usage.code;
  if (error instanceof ConnectionError) return EXIT.unreachable.code;
  if (error instanceof NotFoundError) return EXIT.notFound.code;
  if (error instanceof ConflictError) return EXIT.conflict.code;
  if (error instanceof AuthenticationError) return EXIT.auth.code;
  if (error instanceof HeliosDBError && [408, 429, 503].includes(error.status)) return EXIT.tryAgain.code;
  return EXIT.failed.code;
}
