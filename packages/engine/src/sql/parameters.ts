import { type BindValue, HeliosError } from "@heliosdb/port";
import type { Token } from "./tokenize.js";

/** What better-sqlite3 takes: positions for `?`, an object for `$1` and `?1`. */
export type Bound = unknown[] | Record<string, unknown>;

/** The values of a statement's placeholders. */
export interface Parameters {
  /** What a placeholder stands for. */
  value(placeholder: Token): BindValue;
  /** All of them but some, as better-sqlite3 takes them: those are no longer in the text. */
  bind(without?: readonly Token[]): Bound;
}

/**
 * Matches values to the placeholders of a statement: `?` in order, `$1` and `?1` by number, `:name` and the like in the
 * order in which they first stand. The same number or name may stand several times. Throws PARAM_COUNT when there are
 * more or fewer than the statement takes.
 */
export function readParameters(placeholders: readonly Token[], values: readonly BindValue[]): Parameters {
  const plain = placeholders.filter((token) => token.text === "?");
  if (plain.length > 0 && plain.length < placeholders.length) throw mixed();
  const places = plain.length > 0 ? new Map(plain.map((token, i) => [token, i])) : namedPlaces(placeholders);
  checkCount(places.size === 0 ? 0 : Math.max(...places.values()) + 1, values.length);
  const taken = new Set(places.values());
  const unused = values.findIndex((_, i) => !taken.has(i));
  if (unused >= 0) throw new HeliosError("PARAM_COUNT", `No placeholder takes parameter ${unused + 1}.`);
  const value = (token: Token) => values[places.get(token)!]!;
  return {
    value,
    bind: (without = []) => {
      if (plain.length > 0 || placeholders.length === 0) {
        return plain.filter((token) => !without.includes(token)).map((token) => toSqlite(value(token)));
      }
      return Object.fromEntries(placeholders.map((token) => [token.text.slice(1), toSqlite(value(token))]));
    },
  };
}

/** The values in the form that better-sqlite3 takes; see readParameters. */
export function bindParameters(placeholders: readonly Token[], values: readonly BindValue[]): Bound {
  return readParameters(placeholders, values).bind();
}

/** Places of numbered or of named placeholders. */
function namedPlaces(placeholders: readonly Token[]): Map<Token, number> {
  const isNumber = (token: Token) => /^[$?][1-9]\d{0,4}$/.test(token.text);
  const numbered = placeholders.filter(isNumber);
  if (numbered.length > 0 && numbered.length < placeholders.length) throw mixed();
  const names = [...new Set(placeholders.map((token) => token.text))];
  for (const text of names) {
    if (/^([$?][1-9]\d{0,4}|[$:@][A-Za-z_]\w*)$/.test(text)) continue;
    throw new HeliosError("PARAM_COUNT", `The placeholder ${text} can't be filled: use $1, $2, … or ? or :name.`);
  }
  if (new Set(names.map((text) => text.slice(1))).size < names.length) throw mixed();
  const place = (text: string) => (numbered.length > 0 ? Number(text.slice(1)) - 1 : names.indexOf(text));
  return new Map(placeholders.map((token) => [token, place(token.text)]));
}

function mixed(): HeliosError {
  return new HeliosError("PARAM_COUNT", "Use one of ?, of $1, $2, … and of :name in one statement, not several.");
}

/** Integers go in as 64-bit integers: better-sqlite3 would bind the number 5 as 5.0. */
export function toSqlite(value: BindValue): unknown {
  if (value === null || typeof value === "string") return value;
  if ("int" in value) return BigInt(value.int);
  if ("real" in value) return toReal(value.real);
  return Buffer.from(value.blob, "base64");
}

/** NaN is no value that SQLite has, and one that JSON has lost on its way here must not become 0. */
function toReal(value: number | string): number {
  const real = value === "Infinity" || value === "-Infinity" ? Number(value) : value;
  if (typeof real === "number" && !Number.isNaN(real)) return real;
  throw new HeliosError(
    "PARAM_TYPE",
    `A real must be a number, "Infinity" or "-Infinity", got ${JSON.stringify(value)}.`,
  );
}

function checkCount(wanted: number, given: number): void {
  if (wanted === given) return;
  throw new HeliosError("PARAM_COUNT", `The statement takes ${wanted} parameters; ${given} were sent.`);
}
