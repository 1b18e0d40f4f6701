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
  return readText(file === "-" ? 0 : file, file === "-" ? "stdin" : file);
}

/**
 * The text of a file, without a byte order mark. Throws UsageError where it can't be read, or is not UTF-8: what can't be
 * decoded must not be stored as something else.
 */
export function readText(file: string | number, name = String(file)): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw new UsageError(`${name} can't be read: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new UsageError(`${name} is not UTF-8 text. Convert it, for example with: iconv -f LATIN1 -t UTF-8 FILE`);
  }
}
