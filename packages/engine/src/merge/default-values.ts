import type { Connection } from "../file/connection.js";
import type { SqliteValue } from "../read/cells.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";

/** What ALTER TABLE gives rows that were there before a column: so a row of a side that lacks the column has it too. */
export class DefaultValues {
  private readonly known = new Map<number, SqliteValue>();
  private readonly columns: readonly ColumnDef[];
  private readonly options: string;

  constructor(
    private readonly db: Connection,
    table: TableDef,
  ) {
    this.columns = storedColumns(table);
    this.options = /\)[^()]*\bSTRICT\b[^()]*$/i.test(table.sql) ? "STRICT" : "";
  }

  /** The default of a stored column, by its place, as the table stores it. */
  of(i: number): SqliteValue {
    const known = this.known.get(i);
    if (known !== undefined) return known;
    const value = this.read(this.columns[i]!);
    this.known.set(i, value);
    return value;
  }

  private read({ declaredType, defaultSql }: ColumnDef): SqliteValue {
    if (defaultSql === null) return null;
    const table = "temp._helios_default";
    const definition = `v ${declaredType} DEFAULT (${defaultSql})`;
    this.db.exec(`CREATE TABLE ${table} (${definition}) ${this.options}; INSERT INTO ${table} DEFAULT VALUES`);
    const value = this.db.prepare(`SELECT v FROM ${table}`).pluck().safeIntegers().get() as SqliteValue;
    this.db.exec(`DROP TABLE ${table}`);
    return value;
  }
}
