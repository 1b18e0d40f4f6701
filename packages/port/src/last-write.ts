import type { LastWrite } from "./query.js";
import type { StatementResult } from "./writes.js";

/** As on a new connection. */
export const NO_WRITE: LastWrite = { changes: 0, totalChanges: 0, rowid: 0n };

const COUNTED: ReadonlySet<string> = new Set(["INSERT", "UPDATE", "DELETE"]);

/** What the functions tell behind a statement. REPLACE is an INSERT here. */
export function afterStatement(before: LastWrite, result: StatementResult): LastWrite {
  const { statementType, affectedRows, lastInsertId } = result;
  if (!COUNTED.has(statementType)) return before;
  return {
    changes: affectedRows,
    totalChanges: before.totalChanges + affectedRows,
    rowid: lastInsertId ?? before.rowid,
  };
}
