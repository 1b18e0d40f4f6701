import { ApiError } from "../errors/api-error.js";

const LONG_DIGITS = /\d{16}/;
/** A string, or a number with its fraction and exponent if it has them. */
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(\.\d+)?([eE][+-]?\d+)?/g;
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * Refuses integers that JSON.parse would round without a word. Looks at the raw text, and closely only where it has a
 * run of 16 digits at all.
 */
export function refuseLargeIntegers(json: string): void {
  if (!LONG_DIGITS.test(json)) return;
  for (const match of json.matchAll(TOKEN)) {
    const [token, fraction, exponent] = match;
    if (token.length < 16 || token.startsWith('"') || fraction !== undefined || exponent !== undefined) continue;
    const value = BigInt(token);
    if (value > LARGEST || value < -LARGEST) {
      throw new ApiError(
        "INVALID_FIELD",
        `The integer ${token.length > 40 ? `${token.slice(0, 40)}…` : token} is beyond 2^53 − 1 and would lose digits: send it as a string`,
      );
    }
  }
}
