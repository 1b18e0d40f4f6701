import type { RowColumn, RowObject, Value } from "@heliosdb/port";
import { storedColumns, type TableDef } from "../schema/model.js";
import { countNames } from "../values/result-size.js";
import { counted, typeOfDeclaration } from "../values/sqlite-value.js";
import { shown } from "../values/text-bytes.js";
import type { Row } from "./values.js";

/** A row of a table by column name. */
export function rowObject(table: TableDef, row: Row): RowObject {
  return rowByName(columnNames(table), row);
}

/** A row by column name, counted towards the size of its result. */
export function rowByName(names: readonly string[], row: Row): RowObject {
  for (const name of names) countNames(name.length);
  return Object.fromEntries(names.map((name, i) => [name, counted(shown(row[i] ?? null))]));
}

const columns = new WeakMap<TableDef, readonly RowColumn[]>();

/** A table's stored columns in the format of results, computed once for each table. */
export function columnsOf(table: TableDef): readonly RowColumn[] {
  let known = columns.get(table);
  if (!known) {
    known = storedColumns(table).map(({ name, declaredType }) => ({
      name,
      type: typeOfDeclaration(declaredType) ?? "text",
      declared: declaredType === "" ? null : declaredType,
      primaryKey: table.primaryKey.indexOf(name) + 1,
    }));
    columns.set(table, known);
  }
  return known;
}

/** The columns of several tables, each name once, as in the first table that has it. */
export function allColumns(tables: readonly TableDef[]): readonly RowColumn[] {
  const byName = new Map<string, RowColumn>();
  for (const column of tables.flatMap(columnsOf)) if (!byName.has(column.name)) byName.set(column.name, column);
  return [...byName.values()];
}

export function columnNames(table: TableDef): readonly string[] {
  return columnsOf(table).map((column) => column.name);
}

/** The values of a declared key in key order; empty if none was declared. */
export function keyValues(table: TableDef, key: Row): readonly Value[] {
  return table.primaryKey.map((_, i) => counted(shown(key[i] ?? null)));
}

/** The declared key of a row. */
export function keyOf(table: TableDef, row: Row): Row {
  const names = columnNames(table);
  return table.primaryKey.map((name) => row[names.indexOf(name)]);
}
