import { RESERVED_WORDS } from "./keywords.js";
import { ident } from "./names.js";
import { type Edit, rewrite } from "./rewrite.js";
import { isName, isSymbol, isWord, type Token } from "./tokenize.js";

/** Words that end a list of result columns. All are reserved. */
const AFTER_COLUMNS = ["FROM", "WHERE", "GROUP", "HAVING", "ORDER", "LIMIT", "UNION", "EXCEPT", "INTERSECT", "ON"];
/** Words after which an expression goes on. OVER may be a name as well: then no other name follows it. */
const CONTINUED: ReadonlySet<string> = new Set(
  "AND OR NOT IS IN LIKE GLOB REGEXP MATCH BETWEEN COLLATE ESCAPE CASE WHEN THEN ELSE DISTINCT FROM OVER".split(" "),
);

/** One result column of a SELECT or of RETURNING: its tokens are those from `first` up to, not including, `end`. */
interface ResultColumn {
  readonly first: number;
  readonly end: number;
}

/**
 * The text with its parts replaced, and result columns named as before. SQLite names an expression after its text, so one
 * whose text changes gets what was written as its alias.
 */
export function rewriteQuery(sql: string, tokens: readonly Token[], edits: readonly Edit[]): string {
  const names = resultColumns(tokens).flatMap((column) => nameOf(sql, tokens, edits, column));
  return rewrite(sql, [...edits, ...names]);
}

function nameOf(sql: string, tokens: readonly Token[], edits: readonly Edit[], { first, end }: ResultColumn): Edit[] {
  const start = tokens[first]!.start;
  const last = tokens[end - 1]!.end;
  if (!edits.some((edit) => edit.start >= start && edit.end <= last)) return [];
  const column = tokens.slice(first, end);
  if (hasAlias(column) || isBareColumn(column)) return [];
  // As SQLite has it: with the comments after the expression, up to the next token.
  const text = sql.slice(start, tokens[end]?.start ?? sql.length).replace(/[ \t\n\v\f\r]+$/, "");
  return [{ start: last, end: last, text: ` AS ${ident(text)}` }];
}

/** The result columns of all SELECTs and of RETURNING, at any depth. */
function resultColumns(tokens: readonly Token[]): ResultColumn[] {
  const found: ResultColumn[] = [];
  /** For each open parenthesis, and the whole: the first token of the result column that is being read. */
  const open: (number | null)[] = [null];
  const close = (end: number) => {
    const first = open.at(-1);
    if (typeof first === "number" && first < end) found.push({ first, end });
    open[open.length - 1] = null;
  };
  tokens.forEach((token, i) => {
    if (isSymbol(token, "(")) open.push(null);
    else if (isSymbol(token, ")")) {
      close(i);
      if (open.length > 1) open.pop();
    } else if (isWord(token, "SELECT", "RETURNING")) {
      close(i);
      open[open.length - 1] = isWord(tokens[i + 1], "DISTINCT", "ALL") ? i + 2 : i + 1;
    } else if (isSymbol(token, ",") && open.at(-1) !== null) {
      close(i);
      open[open.length - 1] = i + 1;
    } else if (endsColumns(tokens, i)) close(i);
  });
  close(tokens.length);
  return found;
}

function endsColumns(tokens: readonly Token[], i: number): boolean {
  const token = tokens[i];
  if (isWord(token, "WINDOW")) return isName(tokens[i + 1]) && isWord(tokens[i + 2], "AS");
  // IS [NOT] DISTINCT FROM compares.
  return isSymbol(token, ";") || (isWord(token, ...AFTER_COLUMNS) && !isWord(tokens[i - 1], "DISTINCT"));
}

/** With AS, or a name after something that ends an expression. */
function hasAlias(column: readonly Token[]): boolean {
  const [before, last] = [column.at(-2), column.at(-1)!];
  if (before === undefined) return false;
  if (depthAt(column, column.length - 2) === 0 && isWord(before, "AS")) return true;
  const isAlias = last.kind === "quoted" || last.kind === "string" || (last.kind === "word" && !isReserved(last));
  if (!isAlias) return false;
  return before.kind === "symbol" ? before.value === ")" : before.kind !== "word" || !CONTINUED.has(before.value);
}

/** END is not among the reserved words: SQLite takes it for a name elsewhere. */
function isReserved({ value }: Token): boolean {
  return value === "END" || RESERVED_WORDS.has(value);
}

function depthAt(column: readonly Token[], at: number): number {
  return column
    .slice(0, at)
    .reduce((depth, token) => depth + Number(isSymbol(token, "(")) - Number(isSymbol(token, ")")), 0);
}

/** Such a one is named after the column, in parentheses too. */
function isBareColumn(column: readonly Token[]): boolean {
  if (isSymbol(column[0], "(") && isSymbol(column.at(-1), ")")) return isBareColumn(column.slice(1, -1));
  return column.every((token, i) => (i % 2 === 0 ? isName(token) : isSymbol(token, ".")));
}
