import { type Parameters as Given, HeliosError, isNamedPlaceholder, type Value } from "@heliosdb/port";
import type { Token } from "../sql/tokenize.js";
import { MAX_INT64, MIN_INT64 } from "./int64.js";
import type { SqliteValue } from "./sqlite-value.js";

/** Parameters for better-sqlite3: positions for `?`, an object for `$1` and `?1`. */
export type Bound = unknown[] | Record<string, unknown>;

/** The values of a statement's placeholders. */
export interface Parameters {
  /** The value of a placeholder. */
  value(placeholder: Token): Value;
  /** All values except some, as better-sqlite3 takes them: those placeholders are no longer in the text. */
  bind(without?: readonly Token[]): Bound;
}

/**
 * Matches values to the placeholders of a statement. A list is assigned to `?` in order, to `$1` and `?1` by number,
 * and to `:name` and the like in the order in which they first appear. An object is assigned to `:name`, `@name` and
 * `$name` by name. The same number or name may appear several times. Throws PARAM_COUNT if a placeholder has no value,
 * or a value has no placeholder.
 */
export function readParameters(placeholders: readonly Token[], given: Given): Parameters {
  const value = isList(given) ? listed(placeholders, given) : named(placeholders, given);
  const isPlain = placeholders.length === 0 || placeholders[0]!.text === "?";
  return {
    value,
    bind: (without = []) => {
      if (isPlain)
        return placeholders.filter((token) => !without.includes(token)).map((token) => toSqlite(value(token)));
      return Object.fromEntries(placeholders.map((token) => [token.text.slice(1), toSqlite(value(token))]));
    },
  };
}

function isList(given: Given): given is readonly Value[] {
  return Array.isArray(given);
}

type Values = (placeholder: Token) => Value;

function listed(placeholders: readonly Token[], values: readonly Value[]): Values {
  const { of, count, gap } = placesOf(placeholders);
  checkCount(count, values.length);
  if (gap !== null) throw new HeliosError("PARAM_COUNT", `Parameter ${gap + 1} has no placeholder in the SQL.`);
  return (token) => values[of.get(token)!]!;
}

/** Where in a list the values of placeholders stand. */
interface Places {
  readonly of: ReadonlyMap<Token, number>;
  readonly count: number;
  /** The first place that no placeholder takes its value from. */
  readonly gap: number | null;
}

/** A statement that runs often has one and the same list of placeholders each time. */
const known = new WeakMap<readonly Token[], Places>();

function placesOf(placeholders: readonly Token[]): Places {
  let places = known.get(placeholders);
  if (!places) {
    const plain = placeholders.filter((token) => token.text === "?");
    if (plain.length > 0 && plain.length < placeholders.length) throw mixed();
    const of = plain.length > 0 ? new Map(plain.map((token, i) => [token, i])) : namedPlaces(placeholders);
    const taken = new Set(of.values());
    const count = of.size === 0 ? 0 : Math.max(...taken) + 1;
    let gap = 0;
    while (taken.has(gap)) gap++;
    places = { of, count, gap: gap < count ? gap : null };
    known.set(placeholders, places);
  }
  return places;
}

function named(placeholders: readonly Token[], values: { readonly [name: string]: Value }): Values {
  const names = new Set(placeholders.map((token) => token.text.slice(1)));
  if (new Set(placeholders.map(({ text }) => text)).size > names.size) throw mixed();
  for (const { text } of placeholders) {
    if (!isNamedPlaceholder(text)) throw unnamed(text);
    if (Object.hasOwn(values, text.slice(1))) continue;
    throw new HeliosError("PARAM_COUNT", `The placeholder ${text} has no value. Send one under that name.`);
  }
  const unused = Object.keys(values).find((name) => !names.has(name));
  if (unused !== undefined)
    throw new HeliosError("PARAM_COUNT", `Parameter '${unused}' has no placeholder in the SQL.`);
  return (token) => values[token.text.slice(1)]!;
}

/** The values as better-sqlite3 takes them; see readParameters. */
export function bindParameters(placeholders: readonly Token[], values: Given): Bound {
  return readParameters(placeholders, values).bind();
}

/** Places of numbered or of named placeholders. */
function namedPlaces(placeholders: readonly Token[]): Map<Token, number> {
  const isNumber = (token: Token) => /^[$?][1-9]\d{0,4}$/.test(token.text);
  const numbered = placeholders.filter(isNumber);
  if (numbered.length > 0 && numbered.length < placeholders.length) throw mixed();
  const names = [...new Set(placeholders.map((token) => token.text))];
  for (const text of names) {
    if (/^[$?][1-9]\d{0,4}$/.test(text) || isNamedPlaceholder(text)) continue;
    throw invalidPlaceholder(text);
  }
  if (new Set(names.map((text) => text.slice(1))).size < names.length) throw mixed();
  const place = (text: string) => (numbered.length > 0 ? Number(text.slice(1)) - 1 : names.indexOf(text));
  return new Map(placeholders.map((token) => [token, place(token.text)]));
}

function unnamed(text: string): HeliosError {
  if (!/^[$?]\d*$/.test(text)) return invalidPlaceholder(text);
  return new HeliosError("PARAM_COUNT", `The placeholder ${text} has no name. Send the values as a list.`);
}

function invalidPlaceholder(text: string): HeliosError {
  return new HeliosError("PARAM_COUNT", `Invalid placeholder ${text}. Expected $1, $2, …, ? or :name.`);
}

function mixed(): HeliosError {
  return new HeliosError(
    "PARAM_COUNT",
    "The statement mixes kinds of placeholders. Use only ?, only $1, $2, …, or only :name.",
  );
}

/** A value as better-sqlite3 binds it. Throws PARAM_TYPE for one that SQLite doesn't support. */
export function toSqlite(value: Value): SqliteValue {
  switch (typeof value) {
    case "bigint":
      if (value >= MIN_INT64 && value <= MAX_INT64) return value;
      throw new HeliosError("PARAM_TYPE", `Invalid integer ${value}. Expected at most 64 bits.`);
    case "number":
      if (!Number.isNaN(value)) return value;
      throw new HeliosError("PARAM_TYPE", "Invalid real NaN. Expected a number.");
    case "string":
      return value;
    default:
      if (value === null) return null;
      return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  }
}

function checkCount(wanted: number, given: number): void {
  if (wanted === given) return;
  throw new HeliosError("PARAM_COUNT", `Expected ${wanted} parameters, got ${given}.`);
}
