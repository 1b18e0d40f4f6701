import { UsageError } from "../errors/exit-codes.js";

const STRING = /"(?:[^"\\]|\\.)*"/g;
const INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** Parses JSON without its silent loss: an integer that a double can't represent is refused, not rounded. */
export function parseJson(what: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Invalid JSON in ${what}: ${(error as Error).message}`);
  }
  const numbers = text.replace(STRING, "").match(INTEGER) ?? [];
  const lost = numbers.find((digits) => !Number.isSafeInteger(Number(digits)));
  if (lost) throw new UsageError(`The number ${lost} in ${what} is too big for JSON. Write it as a string: "${lost}".`);
  return value;
}

/** The same for a JSON object. */
export function jsonObject(what: string, text: string): Record<string, unknown> {
  const value = parseJson(what, text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new UsageError(`Invalid ${what}. Expected a JSON object, such as {"ticket": 7}.`);
  }
  return { ...value };
}
