import { randomUUID } from "node:crypto";

/** Stands before a number that JSON.parse is to leave alone. Nobody can send it: it is made up at each start. */
const MARK = `number ${randomUUID()} `;
/** A number that JSON.parse could change: long, with a fraction or an exponent, or a negative zero. */
const DELICATE = /\d{16}|\d[.eE]|-0/;
const PART = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;

/** Lists and objects inside each other: a value is in an object, in a statement, in the list of these. */
const DEEPEST = 3;

/** The text of a number in a body. */
export class NumberText {
  constructor(readonly text: string) {}
}

/**
 * JSON.parse with numbers as bigints where they are written as integers, and as NumberText where they are not or have more
 * digits than a double holds, and objects as maps. What lies deeper than any request goes is undefined. Throws SyntaxError.
 */
export function parseExactNumbers(text: string): unknown {
  const plain: unknown = JSON.parse(text);
  if (!DELICATE.test(text)) return withBigints(plain);
  const marked = text.replace(PART, (part) => (part.startsWith('"') ? part : JSON.stringify(MARK + part)));
  return withBigints(JSON.parse(marked));
}

function withBigints(value: unknown, depth = 0): unknown {
  if (depth > DEEPEST) return undefined;
  if (typeof value === "number") return BigInt(value);
  if (typeof value === "string") return value.startsWith(MARK) ? new NumberText(value.slice(MARK.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => withBigints(item, depth + 1));
  return new Map(Object.entries(value).map(([name, field]) => [name, withBigints(field, depth + 1)]));
}
