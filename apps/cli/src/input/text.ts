import { readFileSync } from "node:fs";
import { UsageError } from "../errors/exit-codes.js";

/** A text from the command line, a file, or stdin with `-`. Exactly one of the two must be given. */
export function textFrom(what: string, argument: string | undefined, file: string | undefined): string {
  if ((argument === undefined) === (file === undefined)) {
    throw new UsageError(`Give ${what} either as an argument ("-" reads stdin) or with --file.`);
  }
  const text = file !== undefined ? read(file) : argument === "-" ? read("-") : (argument as string);
  if (text.trim() === "") throw new UsageError(`Expected ${what}, got nothing.`);
  return text;
}

function read(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new UsageError(`${file === "-" ? "stdin" : file} can't be read: ${(error as Error).message}`);
  }
}
