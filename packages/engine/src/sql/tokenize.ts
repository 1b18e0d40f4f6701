import { HeliosError } from "@heliosdb/port";
import { foldName } from "./names.js";

/**
 * word: a bare identifier or keyword. quoted: an identifier in "…", `…` or […]. string: '…'. Comments and white space
 * are not tokens, so nothing hidden in them can be taken for SQL.
 */
export type TokenKind = "word" | "quoted" | "string" | "number" | "blob" | "parameter" | "symbol";

export interface Token {
  readonly kind: TokenKind;
  /** As written in the text. */
  readonly text: string;
  /** Its meaning: a word in upper case, a quoted identifier or string without its quotes. */
  readonly value: string;
  /** Offsets into the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/**
 * Maximum number of tokens of one statement. A token takes some hundred bytes, so these fit into a worker several times
 * over.
 */
export const MOST_TOKENS = 1_000_000;

const NOT_ASCII = /[^\0-\x7f]/;
const SPACE = /[ \t\n\f\r]/;
const WORD_START = /[A-Za-z_\u0080-\uffff]/;
const WORD = /[A-Za-z0-9_$\u0080-\uffff]/;
const LONG_SYMBOLS = ["->>", "||", "<<", ">>", "<=", ">=", "==", "!=", "<>", "->"];

/** Splits SQL as SQLite's own tokenizer does. Throws INVALID_SQL at an unexpected character or end. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  const push = (kind: TokenKind, end: number, value: string) => {
    if (tokens.length === MOST_TOKENS) throw tooManyTokens();
    tokens.push({ kind, text: sql.slice(at, end), value, start: at, end });
    at = end;
  };
  while (at < sql.length) {
    const char = sql[at]!;
    const next = sql[at + 1];
    if (char === "\0") throw invalid("a NUL character", at);
    if (SPACE.test(char) || char === "\ufeff") at++;
    else if (char === "-" && next === "-") at = endOfLine(sql, at);
    else if (char === "/" && next === "*") at = endOfComment(sql, at);
    else if (char === "'") push("string", ...quoted(sql, at, "'"));
    else if (char === '"' || char === "`") push("quoted", ...quoted(sql, at, char));
    else if (char === "[") push("quoted", ...bracketed(sql, at));
    else if ((char === "x" || char === "X") && next === "'") push("blob", ...blob(sql, at));
    else if (/[0-9]/.test(char) || (char === "." && next !== undefined && /[0-9]/.test(next))) {
      const end = numberEnd(sql, at);
      push("number", end, sql.slice(at, end));
    } else if (/[?$@:#]/.test(char)) {
      const end = parameterEnd(sql, at);
      push("parameter", end, sql.slice(at, end));
    } else if (WORD_START.test(char)) {
      let end = at + 1;
      while (end < sql.length && WORD.test(sql[end]!)) end++;
      push("word", end, upper(sql.slice(at, end)));
    } else {
      const long = LONG_SYMBOLS.find((symbol) => sql.startsWith(symbol, at));
      if (!long && !/[-+*/%=<>&|~(),;.]/.test(char)) throw invalid(`"${char}"`, at);
      push("symbol", at + (long?.length ?? 1), long ?? char);
    }
  }
  return tokens;
}

/** True for a token that can name something: a bare word or a quoted identifier. */
export function isName(token: Token | undefined): token is Token {
  return token !== undefined && (token.kind === "word" || token.kind === "quoted");
}

/** The name that a token stands for, in its original letter case. */
export function nameOf(token: Token): string {
  return token.kind === "word" ? token.text : token.value;
}

export function isWord(token: Token | undefined, ...words: string[]): boolean {
  return token?.kind === "word" && words.includes(token.value);
}

export function isSymbol(token: Token | undefined, symbol: string): boolean {
  return token?.kind === "symbol" && token.value === symbol;
}

/** As SQLite folds keywords: "ſELECT" is a name. */
function upper(word: string): string {
  return NOT_ASCII.test(word) ? word.replace(/[a-z]+/g, (letters) => letters.toUpperCase()) : word.toUpperCase();
}

function endOfLine(sql: string, at: number): number {
  const end = sql.indexOf("\n", at);
  return end < 0 ? sql.length : end;
}

function endOfComment(sql: string, at: number): number {
  const end = sql.indexOf("*/", at + 2);
  return end < 0 ? sql.length : end + 2;
}

function quoted(sql: string, at: number, quote: string): [number, string] {
  let value = "";
  let from = at + 1;
  for (;;) {
    const end = sql.indexOf(quote, from);
    if (end < 0) throw invalid(`a ${quote} that is never closed`, at);
    value += sql.slice(from, end);
    if (sql[end + 1] !== quote) return [end + 1, value];
    value += quote;
    from = end + 2;
  }
}

function bracketed(sql: string, at: number): [number, string] {
  const end = sql.indexOf("]", at);
  if (end < 0) throw invalid("a [ that is never closed", at);
  return [end + 1, sql.slice(at + 1, end)];
}

function blob(sql: string, at: number): [number, string] {
  const match = /^[xX]'([0-9a-fA-F]*)'/.exec(sql.slice(at));
  if (!match || match[1]!.length % 2 === 1) throw invalid("a blob that is not made of pairs of hex digits", at);
  return [at + match[0].length, match[1]!];
}

function numberEnd(sql: string, at: number): number {
  const rest = sql.slice(at, at + 400);
  const match = /^(0[xX][0-9a-fA-F_]+|(\d[\d_]*(\.[\d_]*)?|\.\d[\d_]*)([eE][+-]?\d+)?)/.exec(rest)!;
  const end = at + match[0].length;
  if (end < sql.length && WORD.test(sql[end]!)) throw invalid(`"${sql.slice(at, end + 1)}"`, at);
  return end;
}

function parameterEnd(sql: string, at: number): number {
  let end = at + 1;
  while (end < sql.length && WORD.test(sql[end]!)) end++;
  if (sql[at] !== "?" && end === at + 1) throw invalid(`"${sql[at]}"`, at);
  return end;
}

function invalid(what: string, offset: number): HeliosError {
  return new HeliosError("INVALID_SQL", `Invalid SQL: ${what} at character ${offset + 1}.`, { offset });
}

/** A definition without insignificant parts: white space, comments, letter case and quotes of names. */
export function withoutStyle(sql: string): string {
  return tokenize(sql)
    .map((token: Token) => (token.kind === "word" || token.kind === "quoted" ? foldName(nameOf(token)) : token.text))
    .join(" ");
}

function tooManyTokens(): HeliosError {
  return new HeliosError(
    "INVALID_SQL",
    `The statement has more than ${MOST_TOKENS} words, values and symbols. Split it into several statements, or send its rows as parameters.`,
  );
}
