import Database from "better-sqlite3";
import type { SqliteValue } from "../read/cells.js";
import { isSqliteFailure } from "../sqlite-error.js";
import { affinityOf } from "./affinity.js";
import { type ColumnDef, storedColumns, type TableDef } from "./model.js";

/**
 * The value that rows have in a column that was added after them: its default, or what a rebuild gave them all. SQLite
 * itself works it out, in a database of its own; undefined, which equals no value, where it can't.
 */
export function initialValue(column: ColumnDef): SqliteValue | undefined {
  const given = column.defaultSql ?? column.fill;
  if (given === undefined) return null;
  const db = new Database(":memory:");
  try {
    // What is no expression is a bare word, which SQLite takes for a text.
    for (const text of [`(${given}\n)`, given]) {
      try {
        db.exec(`CREATE TABLE made (row, value ${affinityOf(column.declaredType)} DEFAULT ${text})`);
        db.exec("INSERT INTO made (row) VALUES (1)");
        return db.prepare("SELECT value FROM made").pluck().safeIntegers().get() as SqliteValue;
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

/** The initial values of a table's stored columns, each worked out when it is first asked for. */
export class InitialValues {
  private readonly known = new Map<number, SqliteValue | undefined>();
  private readonly columns: readonly ColumnDef[];

  constructor(table: TableDef) {
    this.columns = storedColumns(table);
  }

  /** By the column's place among the stored ones. */
  of(i: number): SqliteValue | undefined {
    if (!this.known.has(i)) this.known.set(i, initialValue(this.columns[i]!));
    return this.known.get(i);
  }

  /** True where a new row must be given the value, since the table itself has no default that would. */
  mustGive(i: number): boolean {
    const { defaultSql, fill } = this.columns[i]!;
    return defaultSql === null && fill !== undefined;
  }
}
