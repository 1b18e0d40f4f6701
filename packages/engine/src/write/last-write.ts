import type { StatementResult } from "@heliosdb/port";
import { foldName } from "../sql/names.js";
import type { References } from "../sql/references.js";
import { rewriteQuery } from "../sql/result-columns.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isSymbol, nameOf } from "../sql/tokenize.js";

/** What SQLite's functions of these names say within a batch or a transaction. */
export interface LastWrite {
  changes: number;
  totalChanges: number;
  rowid: bigint;
}

const NAMES: ReadonlySet<string> = new Set(["changes", "total_changes", "last_insert_rowid"]);
const VERBS: ReadonlySet<string> = new Set(["INSERT", "REPLACE", "UPDATE", "DELETE"]);

/** As on a new connection. */
export function noLastWrite(): LastWrite {
  return { changes: 0, totalChanges: 0, rowid: 0n };
}

/** Takes note of what a statement has written. */
export function noteWrite(last: LastWrite, { statementType, affectedRows, lastInsertId }: StatementResult): void {
  if (!VERBS.has(statementType)) return;
  last.changes = affectedRows;
  last.totalChanges += affectedRows;
  if (lastInsertId !== null) last.rowid = lastInsertId;
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
