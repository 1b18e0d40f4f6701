import type { Cell } from "@heliosdb/port";
import { shown } from "../file/text-bytes.js";
import { storedColumns, type TableDef } from "../schema/model.js";
import { toCell, typeOfDeclaration } from "../values/cells.js";
import type { Row } from "./values.js";

/** A row as an object by column name. */
export function rowObject(table: TableDef, row: Row): { readonly [column: string]: Cell } {
  return Object.fromEntries(
    shapeOf(table).map(({ name, isBoolean }, i) => [name, toCell(shown(row[i] ?? null), isBoolean)]),
  );
}

interface Shape {
  readonly name: string;
  readonly isBoolean: boolean;
}

const shapes = new WeakMap<TableDef, readonly Shape[]>();

/** What a table's declarations say of its stored columns; read once, and not for each value. */
function shapeOf(table: TableDef): readonly Shape[] {
  let shape = shapes.get(table);
  if (!shape) {
    shape = storedColumns(table).map(({ name, declaredType }) => ({
      name,
      isBoolean: typeOfDeclaration(declaredType) === "bool",
    }));
    shapes.set(table, shape);
  }
  return shape;
}

export function columnNames(table: TableDef): string[] {
  return storedColumns(table).map((column) => column.name);
}

/** A declared key in key order; empty where none was declared. */
export function keyCells(table: TableDef, key: Row): Cell[] {
  const shape = shapeOf(table);
  return table.primaryKey.map((name, i) =>
    toCell(shown(key[i] ?? null), shape.find((column) => column.name === name)!.isBoolean),
  );
}

/** The declared key of a row. */
export function keyOf(table: TableDef, row: Row): Row {
  const names = columnNames(table);
  return table.primaryKey.map((name) => row[names.indexOf(name)]);
}
