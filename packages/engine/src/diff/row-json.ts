import type { Cell } from "@heliosdb/port";
import type { Row } from "../merge/values.js";
import { toCell, typeOfDeclaration } from "../read/cells.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";

/** A row as an object by column name. */
export function rowObject(table: TableDef, row: Row): { readonly [column: string]: Cell } {
  return Object.fromEntries(storedColumns(table).map((column, i) => [column.name, cellOf(column, row[i])]));
}

export function columnNames(table: TableDef): string[] {
  return storedColumns(table).map((column) => column.name);
}

/** A declared key in key order; empty where none was declared. */
export function keyCells(table: TableDef, key: Row): Cell[] {
  return table.primaryKey.map((name, i) => cellOf(table.columns.find((column) => column.name === name)!, key[i]));
}

/** The declared key of a row. */
export function keyOf(table: TableDef, row: Row): Row {
  const names = columnNames(table);
  return table.primaryKey.map((name) => row[names.indexOf(name)]);
}

function cellOf(column: ColumnDef, value: Row[number]): Cell {
  return toCell(value ?? null, typeOfDeclaration(column.declaredType) === "bool");
}
