import { UsageError } from "../exit-codes.js";

const STRING = /"(?:[^"\\]|\\.)*"/g;
const INTEGER = /(?<![\d.eE+-])-?\d{16,}(?![\d.eE])/g;

/** JSON, without its one silent loss: an integer that a double can't hold is refused, not rounded. */
export function parseJson(what: string, text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${what}: no JSON: ${(error as Error).message}`);
  }
  const numbers = text.replace(STRING, "").match(INTEGER) ?? [];
  const lost = numbers.find((digits) => !Number.isSafeInteger(Number(digits)));
  if (lost) throw new UsageError(`${what}: ${lost} is too big for a JSON number; write it as a text, "${lost}"`);
  return value;
}
