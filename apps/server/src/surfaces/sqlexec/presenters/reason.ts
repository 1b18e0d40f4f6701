import type { ErrorReport } from "../../../errors/api-error.js";
import type { Withheld } from "../../../http/surface/response-format.js";

const MOST = 500;
/** Not the apostrophe within a word. */
const QUOTE = /["`]|(?<![A-Za-z])'|'(?![A-Za-z])/g;

/**
 * The reason for an error, for the log. What stands in quotes is left out: SQLite quotes the parts of a statement that it
 * did not understand, and such a part may be a value.
 */
export function reasonOf({ message, native }: ErrorReport): Withheld {
  const reason = withoutQuoted(message).slice(0, MOST);
  return { reason, ...(native && { sqlite_code: native.code }) };
}

/** From the first quote to the last, since a quoted part may have quotes in it; one that is left open has no end. */
export function withoutQuoted(text: string): string {
  const quotes = [...text.matchAll(QUOTE)].map(({ index }) => index);
  if (quotes.length === 0) return text;
  const after = quotes.length === 1 ? "" : text.slice(quotes.at(-1)! + 1);
  return `${text.slice(0, quotes[0])}…${after}`;
}
