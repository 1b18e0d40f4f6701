import Database from "better-sqlite3";
import type { MergeValue } from "../merge/values.js";
import { affinityOf } from "../schema/affinity.js";
import type { ColumnDef } from "../schema/model.js";
import { isSqliteFailure } from "../sqlite-error.js";

/**
 * The value that rows have in a column that was added after them. SQLite itself works it out, in a database of its own;
 * undefined, which equals no value, where it can't.
 */
export function initialValue(column: ColumnDef): MergeValue {
  if (column.defaultSql === null) return null;
  const db = new Database(":memory:");
  try {
    // What is no expression is a bare word, which SQLite takes for a text.
    for (const text of [`(${column.defaultSql}\n)`, column.defaultSql]) {
      try {
        db.exec(`CREATE TABLE made (row, value ${affinityOf(column.declaredType)} DEFAULT ${text})`);
        db.exec("INSERT INTO made (row) VALUES (1)");
        return db.prepare("SELECT value FROM made").pluck().safeIntegers().get() as MergeValue;
      } catch (error) {
        if (!isSqliteFailure(error)) throw error;
        db.exec("DROP TABLE IF EXISTS made");
      }
    }
    return undefined;
  } finally {
    db.close();
  }
}
