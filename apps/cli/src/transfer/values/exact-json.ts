import { randomBytes } from "node:crypto";
import { integerOf, MAX_INT64, MIN_INT64, Real } from "./exact.js";

/** Whether a JSON text may have numbers that JSON.parse would change: long integers, and reals such as 5.0. */
const MAY_CHANGE = /\d{16}|\d\.0|\d[eE]/;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g;
/** Marks a text that was a number. No text of a file can begin with it by chance. */
const MARK = `\u0000${randomBytes(9).toString("hex")}:`;
const MARKED = new RegExp(`"\\\\u0000${MARK.slice(1)}([^"]*)"`, "g");

/**
 * Parses JSON without loss: a number that a double would change is a bigint or a `Real`, directly in the object or list
 * that the text holds; deeper inside it is a marked text, see `exactJsonText`. Throws SyntaxError.
 */
export function parseExact(text: string): unknown {
  if (!MAY_CHANGE.test(text)) return JSON.parse(text);
  const value: unknown = JSON.parse(
    text.replace(TOKEN, (token) => (isChanged(token) ? JSON.stringify(MARK + token) : token)),
  );
  if (typeof value !== "object" || value === null) return numberOf(value);
  const object = value as Record<string, unknown>;
  for (const key of Object.keys(object)) object[key] = numberOf(object[key]);
  return value;
}

/** The JSON text of a value inside what `parseExact` returned, with its numbers as they were. */
export function exactJsonText(value: unknown): string {
  return JSON.stringify(value).replace(MARKED, "$1");
}

/** Not a string, and not what JavaScript would write. */
function isChanged(token: string): boolean {
  return token[0] !== '"' && JSON.stringify(Number(token)) !== token;
}

function numberOf(value: unknown): unknown {
  if (typeof value !== "string" || !value.startsWith(MARK)) return value;
  const text = value.slice(MARK.length);
  if (!/^-?\d+$/.test(text)) return Number.isInteger(Number(text)) ? new Real(Number(text)) : Number(text);
  const big = BigInt(text);
  if (big < MIN_INT64 || big > MAX_INT64) throw new SyntaxError(`the integer ${text} has more than 64 bits`);
  return integerOf(big);
}
