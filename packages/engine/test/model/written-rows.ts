import type Database from "better-sqlite3";
import { type Exact, exactSqlOf, sqlName } from "../support/exact.js";
import type { Kind } from "./kinds/kind.js";

/** A row by its table and the exact values of its key. */
export interface WrittenRow {
  readonly table: string;
  readonly key: readonly Exact[];
}

/**
 * The rows that statements wrote, whether their values changed or not. Only SQLite knows: `UPDATE t SET a = 1` writes
 * also those rows whose `a` was 1 before, and an upsert may write one. Deleted rows are not among them.
 */
export class WrittenRows {
  private readonly list: Database.Statement | null = null;
  private readonly clear: Database.Statement | null = null;

  constructor(db: Database.Database, kinds: readonly Kind[]) {
    const keyed = kinds.filter(({ key }) => key.length > 0);
    if (keyed.length === 0) return;
    db.exec("CREATE TEMP TABLE written_rows (table_name, key)");
    for (const [i, { name, columns, key }] of keyed.entries()) {
      const values = key.map((at) => exactSqlOf(`new.${sqlName(columns[at]!)}`)).join(", ");
      for (const event of ["INSERT", "UPDATE"]) {
        db.exec(`CREATE TEMP TRIGGER written_${event}_${i} AFTER ${event} ON main.${sqlName(name)}
          BEGIN INSERT INTO written_rows VALUES ('${name}', json_array(${values})); END`);
      }
    }
    this.list = db.prepare("SELECT DISTINCT table_name, key FROM temp.written_rows").raw();
    this.clear = db.prepare("DELETE FROM temp.written_rows");
  }

  /** The rows since the last call. */
  take(): WrittenRow[] {
    const rows = (this.list?.all() ?? []) as [string, string][];
    if (rows.length > 0) this.clear!.run();
    return rows.map(([table, key]) => ({ table, key: JSON.parse(key) as Exact[] }));
  }
}
