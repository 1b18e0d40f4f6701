import {
  type Column,
  type ColumnType,
  distinctNames,
  type JsonCell,
  type JsonRows,
  type RowColumn,
  type RowObject,
  type Rows,
  toJsonCell,
  type Value,
} from "@heliosdb/port";
import { JsonText } from "../../../../http/response/json-text.js";

export type JsonRow = { readonly [column: string]: JsonCell };

/** Derived facts about a list of columns, for presenters. A query that runs often has the same list each time. */
interface ColumnShape {
  readonly names: readonly string[];
  readonly types: readonly ColumnType[];
  /** Names as keys of an object. */
  readonly keys: readonly string[];
}

const shapes = new WeakMap<readonly Column[], ColumnShape>();

export function shapeOf(columns: readonly Column[]): ColumnShape {
  let shape = shapes.get(columns);
  if (!shape) {
    const names = columns.map(({ name }) => name);
    shape = { names, types: columns.map(({ type }) => type), keys: distinctNames(names) };
    shapes.set(columns, shape);
  }
  return shape;
}

/** Rows that are already JSON, as objects. The type is that of the schema, which tests compare with responses. */
export function jsonRowObjects({ json }: Pick<JsonRows, "json">): readonly JsonRow[] {
  return new JsonText(json) as unknown as readonly JsonRow[];
}

/** The same, as arrays. */
export function jsonRowLists({ json }: Pick<JsonRows, "json">): readonly (readonly JsonCell[])[] {
  return new JsonText(json) as unknown as readonly (readonly JsonCell[])[];
}

/** Rows in the order of their columns. */
export function rowLists({ columns, rows }: Pick<Rows, "columns" | "rows">): readonly (readonly JsonCell[])[] {
  const { types } = shapeOf(columns);
  return rows.map((row) => row.map((value, i) => toJsonCell(value, types[i])));
}

/** Rows by column, under the keys of the columns' shape. */
export function rowObjects({ columns, rows }: Pick<Rows, "columns" | "rows">): readonly JsonRow[] {
  const { keys, types } = shapeOf(columns);
  // Assigning to "__proto__" would set a prototype instead of a column; such rows are built the slow way.
  if (keys.includes("__proto__")) {
    const lists = rowLists({ columns, rows });
    return lists.map((row) => Object.fromEntries(keys.map((key, i) => [key, row[i]!])));
  }
  const width = keys.length;
  return rows.map((row) => {
    const object: { [column: string]: JsonCell } = {};
    for (let i = 0; i < width; i++) object[keys[i]!] = toJsonCell(row[i]!, types[i]);
    return object;
  });
}

/** A row by column, given its columns; null for no row. */
export function rowObject(row: RowObject | null, columns: readonly Column[]): JsonRow | null {
  if (row === null) return null;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJsonCell(value, types.get(name))]));
}

/** The values of a key, in its order. */
export function keyList(key: readonly Value[], columns: readonly RowColumn[]): readonly JsonCell[] {
  return key.map((value, i) => toJsonCell(value, columns.find(({ primaryKey }) => primaryKey === i + 1)?.type));
}
