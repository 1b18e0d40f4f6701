import { sameName, type TableColumn, type TableDetails, type TableInfo } from "@heliosdb/port";
import { ApiError } from "../../../errors/api-error.js";
import { type DataType, type SqlType, sqlType } from "../types/sql-type.js";

/** A column with its type as Helium has it. */
export interface HeliumColumn extends TableColumn {
  readonly sql: SqlType;
  /** With a list of values it is an enum. */
  readonly dataType: DataType;
  readonly enumValues: readonly string[] | null;
}

/** A table of a state, as far as the caller sees it. */
export class HeliumTable {
  readonly columns: readonly HeliumColumn[];

  constructor(readonly info: TableInfo) {
    const { choices } = this.details;
    this.columns = info.columns.map((column) => {
      const sql = sqlType(column.declaredType);
      const listed = choices.find((each) => sameName(each.column, column.name))?.values ?? null;
      const enumValues = sql.type === "string" || sql.type === "enum" ? listed : null;
      return { ...column, sql, dataType: enumValues ? "enum" : sql.type, enumValues };
    });
  }

  get name(): string {
    return this.info.name;
  }

  get details(): TableDetails {
    return this.info.details!;
  }

  /** The column of a name, whatever its letter case. Throws SQL_NAME_NOT_FOUND. */
  column(name: string): HeliumColumn {
    const found = this.columns.find((column) => sameName(column.name, name));
    if (!found) throw new ApiError("SQL_NAME_NOT_FOUND");
    return found;
  }
}
