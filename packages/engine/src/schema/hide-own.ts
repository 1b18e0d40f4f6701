import { ident, literal, sameName } from "../sql/names.js";
import { findReferences, type Reference } from "../sql/references.js";
import { rewriteQuery } from "../sql/result-columns.js";
import { type Edit, renamed } from "../sql/rewrite.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isName, isSymbol, isWord, nameOf, type Token, tokenize } from "../sql/tokenize.js";
import { catalogQuery, isCatalog } from "./catalogs.js";
import { type Epoch, findView } from "./model.js";
import { needsOf, textOf } from "./needs-tables.js";

const ROWIDS = ["rowid", "oid", "_rowid_"];

/**
 * Replaces the tables in which SQLite lists objects, and the views that read them, by queries that leave out the
 * engine's objects. Nearly all statements read none of them and stay unchanged.
 */
export function hideOwn(parsed: ParsedStatement, epoch: Epoch): ParsedStatement {
  if (parsed.type === "PRAGMA") return pragma(parsed);
  if (!isRead(parsed) || !needsOf(parsed, epoch).catalog) return parsed;
  const edits = parsed.references.tables.flatMap((table) => edit(parsed.sql, parsed.tokens, table, epoch, []));
  if (edits.length === 0) return parsed;
  return { ...parsed, sql: rewriteQuery(parsed.sql, parsed.tokens, [...edits, ...ofMain(parsed.tokens)]) };
}

/** The definitions of views and triggers are stored as they were written. */
function isRead({ kind, type }: ParsedStatement): boolean {
  return kind === "query" || kind === "dml" || type === "CREATE_TABLE";
}

function edit(
  sql: string,
  tokens: readonly Token[],
  table: Reference,
  epoch: Epoch,
  within: readonly string[],
): Edit[] {
  const { role, name, isExpression, isCall } = table;
  if (role !== "source" || isExpression || isCall) return [];
  if (isCatalog(name)) {
    const named = ROWIDS.filter((rowid) => tokens.some((token) => isName(token) && sameName(nameOf(token), rowid)));
    const rowids = named.map((rowid) => `rowid AS ${rowid}`);
    return [renamed(table, catalogQuery(name, sql.slice(table.start, table.end), rowids))];
  }
  const view = findView(epoch, name);
  if (!view || within.includes(view.name)) return [];
  const text = tokenize(view.sql);
  if (!needsOf(textOf(view.sql), epoch).catalog) return [];
  const { tables } = findReferences(text);
  return [renamed(table, inlined(view.sql, text, tables, epoch, [...within, view.name]))];
}

/**
 * A view as a query in parentheses. Its names refer to the file, whatever the statement around it defines under them.
 */
function inlined(
  sql: string,
  tokens: readonly Token[],
  [definition, ...sources]: readonly Reference[],
  epoch: Epoch,
  within: readonly string[],
): string {
  const edits = sources.flatMap((table): Edit[] => {
    const made = edit(sql, tokens, table, epoch, within);
    const isOfFile = table.role === "source" && !table.isExpression && !table.isCall && table.schema === null;
    if (made.length > 0 || !isOfFile) return made;
    return [renamed(table, `main.${ident(table.name)}`)];
  });
  const as = tokens.find((token) => token.start >= definition!.end && isWord(token, "AS"))!;
  const columns = sql.slice(definition!.end, as.start).trim();
  const query = rewriteQuery(sql, tokens, [...edits, ...ofMain(tokens)]).slice(as.end);
  return columns === "" ? `(${query}\n)` : `(WITH v ${columns} AS (${query}\n) SELECT * FROM v)`;
}

/** `main.` before a table of SQLite's and a column: the table has become the name of a query. */
function ofMain(tokens: readonly Token[]): Edit[] {
  return tokens.flatMap((token, i) => {
    const table = tokens[i + 2];
    const isColumn = isSymbol(tokens[i + 1], ".") && isSymbol(tokens[i + 3], ".") && isName(table);
    if (!isColumn || !isCatalog(nameOf(table))) return [];
    return [{ start: token.start, end: table.start, text: "" }];
  });
}

/** Where the branch's file is, is nobody's business; SQLite counts reading the journal's mode among the writes. */
const TOLD: readonly (readonly [pragma: string, sql: string])[] = [
  ["database_list", "SELECT 0 AS seq, 'main' AS name, '' AS file"],
  ["journal_mode", "SELECT 'wal' AS journal_mode"],
];

function pragma(parsed: ParsedStatement): ParsedStatement {
  const names = parsed.tokens.slice(1).filter((token) => token.kind !== "symbol");
  const told = TOLD.find(([name]) => isName(names.at(-1)) && sameName(nameOf(names.at(-1)!), name));
  // Of a PRAGMA that takes a name, it may be the last one.
  if (told && names.length === (isSymbol(parsed.tokens[2], ".") ? 2 : 1)) return { ...parsed, sql: told[1] };
  return tableList(parsed, names);
}

/** PRAGMA table_list, which has no option to leave something out. */
function tableList(parsed: ParsedStatement, names: readonly Token[]): ParsedStatement {
  const at = names.findIndex((token) => isName(token) && sameName(nameOf(token), "table_list"));
  if (at < 0 || at > 1) return parsed;
  const only = names[at + 1];
  const where = only ? ` WHERE name = ${literal(nameOf(only))} COLLATE NOCASE` : "";
  return { ...parsed, sql: `SELECT * FROM ${catalogQuery("pragma_table_list", "pragma_table_list")}${where}` };
}
