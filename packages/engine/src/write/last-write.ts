import { afterStatement, type LastWrite, NO_WRITE, type StatementResult } from "@heliosdb/port";
import { foldName } from "../sql/names.js";
import type { References } from "../sql/references.js";
import { rewriteQuery } from "../sql/result-columns.js";
import { type ParsedStatement, parseStatement } from "../sql/statement.js";
import { isSymbol, nameOf } from "../sql/tokenize.js";

const NAMES: ReadonlySet<string> = new Set(["changes", "total_changes", "last_insert_rowid"]);

/** Of a batch or a transaction, which changes it as it goes on. */
export function noLastWrite(): LastWrite {
  return { ...NO_WRITE };
}

/** Takes note of what a statement has written. */
export function noteWrite(last: LastWrite, result: StatementResult): void {
  Object.assign(last, afterStatement(last, result));
}

/** It calls one of the functions. */
export function tellsOfLastWrite({ functions }: References): boolean {
  return functions.some((token) => NAMES.has(foldName(nameOf(token))));
}

/**
 * The text with the values of changes(), total_changes() and last_insert_rowid() in their places. On the writer's
 * connection, SQLite's own functions count the engine's bookkeeping and the requests of others as well. A value is
 * written as a sum: unlike a number, it has no meaning of its own in ORDER BY and GROUP BY, and unlike a CAST no
 * affinity. Each function has an operator of its own, so that equal values don't become equal expressions.
 */
export function withLastWrite({ sql, tokens, references }: ParsedStatement, last: LastWrite): string {
  if (!tellsOfLastWrite(references)) return sql;
  const values = new Map<string, string>([
    ["changes", `(${last.changes}+0)`],
    ["total_changes", `(${last.totalChanges}-0)`],
    ["last_insert_rowid", `(${last.rowid}|0)`],
  ]);
  const calls = new Set(references.functions);
  const places = tokens.flatMap((token, i) => {
    const value = calls.has(token) ? values.get(foldName(nameOf(token))) : undefined;
    if (value === undefined || !isSymbol(tokens[i + 1], "(") || !isSymbol(tokens[i + 2], ")")) return [];
    return [{ start: token.start, end: tokens[i + 2]!.end, text: value }];
  });
  return places.length === 0 ? sql : rewriteQuery(sql, tokens, places);
}

/** A query with these values. It is parsed for this request alone, whose values no other one has. */
export function tellLastWrite(parsed: ParsedStatement, last: LastWrite): ParsedStatement {
  const sql = withLastWrite(parsed, last);
  return sql === parsed.sql ? parsed : parseStatement(sql);
}
