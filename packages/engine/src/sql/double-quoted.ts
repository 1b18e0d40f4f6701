import { literal } from "./names.js";
import { rewrite } from "./rewrite.js";
import { isSymbol, isWord, type Token, tokenize } from "./tokenize.js";

/** SQLite's words for a name in double quotes that is no column. The name stands there without its own quotes doubled. */
const NO_COLUMN = /no such column: "(.*)" - should this be a string literal in single-quotes\?$/s;
/** Characters that are compiled on the way: each name that is found costs one more compilation of the text. */
const MOST_COMPILED = 32 * 1024 * 1024;
/** Places of one name that are tried one by one. */
const MOST_PLACES = 64;

/** How a text is tried: `compile` throws what SQLite says of it, and does nothing else. */
export interface Trial {
  compile(sql: string): unknown;
  /** Whether something in the schema may be called so. Default: anything may. */
  isKnown?(name: string): boolean;
}

/**
 * The text with single quotes where SQLite, built as most programs have it, would take a name in double quotes for a
 * string: where there is no such column. As it is, where it compiles or fails for another reason.
 */
export function withStringLiterals(sql: string, trial: Trial): string {
  let text = sql.includes('"') && trial.isKnown ? withUnknownNames(sql, trial.isKnown) : sql;
  for (let compiled = 0; text.includes('"') && compiled < MOST_COMPILED; compiled += text.length + 1) {
    const name = missingColumn(text, trial);
    if (name === null) return text;
    const places = placesOf(tokenize(text), (token) => token.value === name);
    const strings = places.length === 1 ? places : stringsAmong(text, places, name, trial);
    if (strings.length === 0) return text;
    text = quoted(text, strings);
  }
  return text;
}

/** The name that SQLite misses, or null. */
function missingColumn(sql: string, { compile }: Trial): string | null {
  try {
    compile(sql);
    return null;
  } catch (error) {
    return NO_COLUMN.exec((error as Error).message)?.[1] ?? null;
  }
}

/**
 * An INSERT of values has no columns but those of the schema, so names that occur nowhere in it are strings. Its rows may
 * be many, and each of their strings would be found by one more compilation.
 */
function withUnknownNames(sql: string, isKnown: (name: string) => boolean): string {
  const tokens = tokenize(sql);
  if (!isWord(tokens[0], "INSERT", "REPLACE") || tokens.some((token) => isWord(token, "SELECT", "WITH"))) return sql;
  const isSure = new Map<string, boolean>();
  const places = placesOf(tokens, ({ value }) => {
    if (!isSure.has(value)) isSure.set(value, !isKnown(value));
    return isSure.get(value)!;
  });
  return quoted(sql, places);
}

/** Names in double quotes that could be a column by themselves: with nothing before them, and no call. */
function placesOf(tokens: readonly Token[], fits: (token: Token) => boolean): readonly Token[] {
  return tokens.filter((token, i) => {
    if (token.kind !== "quoted" || !token.text.startsWith('"') || !fits(token)) return false;
    const next = tokens[i + 1];
    return !isSymbol(tokens[i - 1], ".") && !isSymbol(next, ".") && !isSymbol(next, "(");
  });
}

/** One name may be a column in one place and none in another: it is none where it is missed though all others are strings. */
function stringsAmong(sql: string, places: readonly Token[], name: string, trial: Trial): readonly Token[] {
  if (places.length > MOST_PLACES) return [];
  return places.filter((place) => {
    const others = places.filter((other) => other !== place);
    return missingColumn(quoted(sql, others), trial) === name;
  });
}

function quoted(sql: string, places: readonly Token[]): string {
  return rewrite(
    sql,
    places.map(({ start, end, value }) => ({ start, end, text: literal(value) })),
  );
}
