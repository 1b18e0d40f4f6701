import { HeliosError } from "@heliosdb/port";
import { isName, isWord, type Token } from "./tokenize.js";

/** `AS OF SYSTEM TIME x | TIMESTAMP x | TRANSACTION n | SCN n | SNAPSHOT 'id'`, after a table. */
export interface AsOfClause {
  readonly type: string;
  /** A number, a string or a parameter. */
  readonly value: Token;
  /** Index of the token after it. */
  readonly next: number;
}

const KINDS: Record<string, string> = {
  TIMESTAMP: "timestamp",
  TRANSACTION: "transaction",
  SCN: "scn",
  SNAPSHOT: "snapshot",
};

/** The clause that begins at a token, or null. It reads tokens, so strings and comments are left alone. */
export function readAsOf(tokens: readonly Token[], at: number): AsOfClause | null {
  const point = pointAt(tokens, at);
  if (point === null) return null;
  const value = tokens[point.next];
  if (value?.kind === "number" || value?.kind === "string" || value?.kind === "parameter") {
    return { type: point.type, value, next: point.next + 1 };
  }
  throw new HeliosError(
    "INVALID_POINT",
    "Invalid AS OF. Expected a number, a text in single quotes or a parameter, such as AS OF SCN 42.",
  );
}

/** True if some table is to be read at an earlier point in time. */
export function hasAsOf(tokens: readonly Token[]): boolean {
  return tokens.some((_, i) => isName(tokens[i - 1]) && pointAt(tokens, i) !== null);
}

/** The type of the point in time after AS OF, and the index of its value. */
function pointAt(tokens: readonly Token[], i: number): { type: string; next: number } | null {
  if (!isWord(tokens[i], "AS") || !isWord(tokens[i + 1], "OF")) return null;
  const word = tokens[i + 2];
  if (isWord(word, "SYSTEM") && isWord(tokens[i + 3], "TIME")) return { type: "timestamp", next: i + 4 };
  const type = word?.kind === "word" && Object.hasOwn(KINDS, word.value) ? KINDS[word.value] : undefined;
  return type === undefined ? null : { type, next: i + 3 };
}
