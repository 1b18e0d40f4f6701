import { HeliosError, type PointInTime, parseTypedPoint } from "@heliosdb/port";
import { ident, sameName } from "./names.js";
import { isName, isSymbol, isWord, nameOf, type Token } from "./tokenize.js";

/** One `table AS OF …` in a query. */
export interface AsOfReference {
  readonly table: string;
  readonly point: PointInTime;
  /** The part of the text that it takes up, its alias included. */
  readonly start: number;
  readonly end: number;
  /** What the rest of the query calls it. */
  readonly alias: string;
}

const KINDS: Record<string, string> = {
  TIMESTAMP: "timestamp",
  TRANSACTION: "transaction",
  SCN: "scn",
  SNAPSHOT: "snapshot",
};

/** Words that follow a table reference and so are no alias. */
const AFTER_TABLE = new Set(
  `WHERE JOIN LEFT RIGHT FULL INNER CROSS OUTER NATURAL ON USING GROUP HAVING WINDOW ORDER LIMIT OFFSET UNION EXCEPT
  INTERSECT INDEXED NOT RETURNING SET VALUES`.split(/\s+/),
);

/**
 * Finds `name AS OF SYSTEM TIME x | TIMESTAMP x | TRANSACTION n | SCN n | SNAPSHOT 'id'`, each with an alias if wanted.
 * Read on tokens, so that the words inside strings, comments and quoted names are left alone.
 */
export function findAsOf(tokens: readonly Token[]): AsOfReference[] {
  const found: AsOfReference[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const moment = momentAt(tokens, i);
    if (moment === null) continue;
    const table = tokens[i - 1]!;
    const { value, next } = readValue(tokens, moment.next);
    let start = table.start;
    if (isSymbol(tokens[i - 2], ".")) {
      const schema = tokens[i - 3];
      if (!isName(schema) || !sameName(nameOf(schema), "main")) throw bad(tokens[i - 2]!, "names another database");
      start = schema.start;
    }
    const alias = readAlias(tokens, next);
    found.push({
      table: nameOf(table),
      point: parseTypedPoint(moment.type, value),
      start,
      end: tokens[alias.last]!.end,
      alias: alias.name ?? nameOf(table),
    });
  }
  return found;
}

/** True where some table is to be read in the past. */
export function hasAsOf(tokens: readonly Token[]): boolean {
  return tokens.some((_, i) => momentAt(tokens, i) !== null);
}

/** The kind of moment that an AS OF after a name is followed by, and where its value stands. */
function momentAt(tokens: readonly Token[], i: number): { type: string; next: number } | null {
  if (!isWord(tokens[i], "AS") || !isWord(tokens[i + 1], "OF") || !isName(tokens[i - 1])) return null;
  const word = tokens[i + 2];
  if (isWord(word, "SYSTEM") && isWord(tokens[i + 3], "TIME")) return { type: "timestamp", next: i + 4 };
  const type = word?.kind === "word" && Object.hasOwn(KINDS, word.value) ? KINDS[word.value] : undefined;
  return type === undefined ? null : { type, next: i + 3 };
}

/** The query with each reference replaced by the name that `rename` gives for it, under its own alias. */
export function replaceAsOf(
  sql: string,
  references: readonly AsOfReference[],
  rename: (reference: AsOfReference) => string,
): string {
  let text = "";
  let from = 0;
  for (const reference of references) {
    text += `${sql.slice(from, reference.start)}${rename(reference)} AS ${ident(reference.alias)}`;
    from = reference.end;
  }
  return text + sql.slice(from);
}

function readValue(tokens: readonly Token[], at: number): { value: string | number; next: number } {
  const token = tokens[at];
  if (token?.kind === "number") return { value: token.text, next: at + 1 };
  if (token?.kind === "string") return { value: token.value, next: at + 1 };
  throw new HeliosError("INVALID_POINT", "AS OF takes a number or a text in single quotes, such as AS OF SCN 42.");
}

function readAlias(tokens: readonly Token[], at: number): { name: string | null; last: number } {
  const token = tokens[at];
  if (isWord(token, "AS") && isName(tokens[at + 1])) return { name: nameOf(tokens[at + 1]!), last: at + 1 };
  if (token?.kind === "quoted") return { name: token.value, last: at };
  if (token?.kind === "word" && !AFTER_TABLE.has(token.value)) return { name: token.text, last: at };
  return { name: null, last: at - 1 };
}

function bad(token: Token, why: string): HeliosError {
  return new HeliosError("INVALID_SQL", `AS OF can't be used here: the table ${why}.`, { offset: token.start });
}
