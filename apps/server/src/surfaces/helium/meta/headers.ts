import type { HeliumTable } from "../state/table.js";
import { type DataType, isNumerical } from "../types/sql-type.js";
import { type DefaultValue, defaultValue } from "./default-value.js";

/** A column as Helium describes it. */
export interface TableHeader {
  readonly name: string;
  readonly type: DataType;
  readonly isNumerical: boolean;
  readonly isTextual: boolean;
  readonly signed: boolean;
  /** 1-based. */
  readonly ordinalPosition: number;
  readonly rawType: string;
  readonly defaultValue: DefaultValue;
  readonly nullable: boolean;
  readonly maxCharacters: number | null;
  readonly charset: string | null;
  readonly numericPrecision: number | null;
  readonly numericScale: number | null;
  readonly enumValues: readonly string[] | null;
  /** SQLite keeps none. */
  readonly comment: "";
  readonly tableName: string;
}

export function headersOf(table: HeliumTable): readonly TableHeader[] {
  return table.columns.map((column, i) => {
    const { name, declaredType, nullable, dataType, enumValues, sql } = column;
    const numerical = isNumerical(dataType);
    return {
      name,
      type: dataType,
      isNumerical: numerical,
      isTextual: !numerical,
      signed: numerical && !sql.unsigned,
      ordinalPosition: i + 1,
      rawType: declaredType.toLowerCase(),
      defaultValue: defaultValue(table, column),
      nullable,
      maxCharacters: sql.maxCharacters,
      charset: dataType === "string" || dataType === "enum" ? "utf8" : null,
      numericPrecision: sql.numericPrecision,
      numericScale: sql.numericScale,
      enumValues,
      comment: "",
      tableName: table.name,
    };
  });
}
