import { type BindValue, HeliosError } from "@heliosdb/port";
import type { Token } from "./tokenize.js";

/** What better-sqlite3 takes: positions for `?`, an object for `$1` and `?1`. */
export type Bound = unknown[] | Record<string, unknown>;

/**
 * Matches values to the placeholders of a statement: `?` in order, or `$1`, `?1` by number (the same number may stand
 * several times). Throws PARAM_COUNT when there are more or fewer than the statement takes.
 */
export function bindParameters(placeholders: readonly Token[], values: readonly BindValue[]): Bound {
  const plain = placeholders.filter((token) => token.text === "?");
  if (plain.length > 0 && plain.length < placeholders.length) {
    throw new HeliosError("PARAM_COUNT", "Use either ? or $1, $2, … in one statement, not both.");
  }
  if (plain.length > 0 || placeholders.length === 0) {
    checkCount(plain.length, values.length);
    return values.map(toSqlite);
  }
  const numbers = new Set<number>();
  for (const token of placeholders) {
    const match = /^[$?]([1-9]\d{0,4})$/.exec(token.text);
    if (!match) {
      throw new HeliosError("PARAM_COUNT", `The placeholder ${token.text} can't be filled: use $1, $2, … or ?.`);
    }
    numbers.add(Number(match[1]));
  }
  checkCount(Math.max(...numbers), values.length);
  const unused = values.findIndex((_, i) => !numbers.has(i + 1));
  if (unused >= 0) throw new HeliosError("PARAM_COUNT", `No placeholder takes parameter ${unused + 1}.`);
  return Object.fromEntries(values.map((value, i) => [String(i + 1), toSqlite(value)]));
}

/** Integers go in as 64-bit integers: better-sqlite3 would bind the number 5 as 5.0. */
export function toSqlite(value: BindValue): unknown {
  if (value === null || typeof value === "string") return value;
  if ("int" in value) return BigInt(value.int);
  if ("real" in value) return Number(value.real);
  return Buffer.from(value.blob, "base64");
}

function checkCount(wanted: number, given: number): void {
  if (wanted === given) return;
  throw new HeliosError("PARAM_COUNT", `The statement takes ${wanted} parameters; ${given} were sent.`);
}
