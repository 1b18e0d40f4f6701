import { foldName } from "../sql/names.js";
import { rewrite } from "../sql/rewrite.js";
import type { ParsedStatement } from "../sql/statement.js";
import { isSymbol, nameOf } from "../sql/tokenize.js";

/** What SQLite's functions of these names say within a transaction. */
export interface LastWrite {
  changes: number;
  totalChanges: number;
  rowid: bigint;
}

/**
 * The text with the values of changes(), total_changes() and last_insert_rowid() in their places. On the writer's
 * connection, SQLite's own functions count the engine's bookkeeping as well.
 */
export function withLastWrite({ sql, tokens, references }: ParsedStatement, last: LastWrite): string {
  const values = new Map<string, string>([
    ["changes", String(last.changes)],
    ["total_changes", String(last.totalChanges)],
    ["last_insert_rowid", String(last.rowid)],
  ]);
  const places = references.functions.flatMap((token) => {
    const value = values.get(foldName(nameOf(token)));
    const at = tokens.indexOf(token);
    if (value === undefined || at < 0 || !isSymbol(tokens[at + 1], "(") || !isSymbol(tokens[at + 2], ")")) return [];
    return [{ start: token.start, end: tokens[at + 2]!.end, text: value }];
  });
  return places.length === 0 ? sql : rewrite(sql, places);
}
