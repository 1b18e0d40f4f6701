import { sameName } from "../sql/names.js";
import { isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";

/** One column of a CREATE TABLE statement: its name, and its whole definition, name included. */
export interface ColumnText {
  readonly name: string;
  readonly text: string;
}

/** One table constraint; `name` follows CONSTRAINT, or is null. */
export interface ConstraintText {
  readonly name: string | null;
  readonly text: string;
}

/** The parts of a CREATE TABLE statement, each as it was written. */
export interface TableText {
  readonly columns: readonly ColumnText[];
  readonly constraints: readonly ConstraintText[];
  /** The words after the closing parenthesis: STRICT, WITHOUT ROWID. */
  readonly options: string;
}

/** Parses a statement as SQLite keeps it in its schema, where CREATE TABLE AS has become a list of columns too. */
export function parseTableText(sql: string): TableText {
  const tokens = tokenize(sql);
  const open = tokens.findIndex((token) => isSymbol(token, "("));
  const { parts, close } = splitList(tokens, open);
  const columns: ColumnText[] = [];
  const constraints: ConstraintText[] = [];
  for (const part of parts) {
    const first = part[0];
    if (!first) continue;
    const text = sql.slice(first.start, part.at(-1)!.end);
    if (isWord(first, "CONSTRAINT")) constraints.push({ name: nameOf(part[1]!), text });
    else if (isWord(first, "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")) constraints.push({ name: null, text });
    else columns.push({ name: nameOf(first), text });
  }
  const rest = tokens.slice(close + 1);
  return { columns, constraints, options: rest.length === 0 ? "" : sql.slice(rest[0]!.start, rest.at(-1)!.end) };
}

/** The CREATE TABLE statement with these parts. The name is given as SQL. */
export function printTable(name: string, { columns, constraints, options }: TableText): string {
  const parts = [...columns, ...constraints].map(({ text }) => text).join(",\n  ");
  return `CREATE TABLE ${name} (\n  ${parts}\n)${options === "" ? "" : ` ${options}`}`;
}

/** Names of the tables that the foreign keys refer to. */
export function referencedTables(sql: string): string[] {
  const tokens = tokenize(sql);
  return tokens.flatMap((token, i) => (isWord(token, "REFERENCES") && tokens[i + 1] ? [nameOf(tokens[i + 1]!)] : []));
}

/** The definition of one column in a CREATE TABLE statement. */
export function columnText(sql: string, column: string): string | undefined {
  return parseTableText(sql).columns.find(({ name }) => sameName(name, column))?.text;
}

/**
 * The properties that decide how a column's values compare and where they come from: its collation, and its definition
 * if it is generated.
 */
export function columnTraits(text: string): { readonly collation: string; readonly generated: string | null } {
  const tokens = tokenize(text);
  let depth = 0;
  let collation = "BINARY";
  let generated: string | null = null;
  for (const [i, token] of tokens.entries()) {
    if (isSymbol(token, "(")) depth++;
    else if (isSymbol(token, ")")) depth--;
    if (depth > 0 || i === 0) continue;
    if (isWord(token, "COLLATE") && tokens[i + 1]) collation = nameOf(tokens[i + 1]!).toUpperCase();
    if (isWord(token, "AS") && isSymbol(tokens[i + 1], "(")) generated = text.slice(token.start);
  }
  return { collation, generated };
}

/** The parts of a parenthesised list, between its commas, and where it closes. */
function splitList(tokens: readonly Token[], open: number): { parts: Token[][]; close: number } {
  const parts: Token[][] = [[]];
  let depth = 0;
  for (let i = open; i < tokens.length; i++) {
    const token = tokens[i]!;
    if (isSymbol(token, "(") && depth++ === 0) continue;
    if (isSymbol(token, ")") && --depth === 0) return { parts, close: i };
    if (depth === 1 && isSymbol(token, ",")) parts.push([]);
    else parts.at(-1)!.push(token);
  }
  return { parts, close: tokens.length };
}
