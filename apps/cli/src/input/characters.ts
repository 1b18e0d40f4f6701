import { InvalidArgumentError } from "commander";

/** The character between fields of CSV. */
export function delimiter(text: string): string {
  return text === "tab" || text === "\\t" ? "\t" : character(text);
}

/** The character around fields of CSV, or "none". */
export function quote(text: string): string {
  return text === "none" ? text : character(text);
}

function character(text: string): string {
  if (text.length === 1 && !/[\r\n]/.test(text)) return text;
  throw new InvalidArgumentError("Expected one character.");
}
