import {
  type Column,
  type JsonCell,
  type RowColumn,
  type RowObject,
  type Rows,
  toJsonCell,
  type Value,
} from "@heliosdb/port";

export type JsonRow = { readonly [column: string]: JsonCell };

export function namesOf(columns: readonly Column[]): readonly string[] {
  return columns.map(({ name }) => name);
}

/** Rows in the order of their columns. */
export function rowLists({ columns, rows }: Pick<Rows, "columns" | "rows">): readonly (readonly JsonCell[])[] {
  const types = columns.map(({ type }) => type);
  return rows.map((row) => row.map((value, i) => toJsonCell(value, types[i])));
}

/** Rows by column, under other names than the columns have. */
export function rowObjects(
  names: readonly string[],
  { columns, rows }: Pick<Rows, "columns" | "rows">,
): readonly JsonRow[] {
  // Assigning to "__proto__" would set a prototype instead of a column; such rows are built the slow way.
  if (names.includes("__proto__")) {
    const lists = rowLists({ columns, rows });
    return lists.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i]!])));
  }
  const types = columns.map(({ type }) => type);
  const width = names.length;
  return rows.map((row) => {
    const object: { [column: string]: JsonCell } = {};
    for (let i = 0; i < width; i++) object[names[i]!] = toJsonCell(row[i]!, types[i]);
    return object;
  });
}

/** A row by column, with what is known of the columns; null for no row. */
export function rowObject(row: RowObject | null, columns: readonly Column[]): JsonRow | null {
  if (row === null) return null;
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, toJsonCell(value, types.get(name))]));
}

/** The values of a key, in its order. */
export function keyList(key: readonly Value[], columns: readonly RowColumn[]): readonly JsonCell[] {
  return key.map((value, i) => toJsonCell(value, columns.find(({ primaryKey }) => primaryKey === i + 1)?.type));
}
