import { type JsonCell, type Row, toJsonCell, type Value } from "@heliosdb/port";
import type { HeliumColumn, HeliumTable } from "../state/table.js";

/** The text that stands for a blob: its bytes are never sent. */
export const BLOB = "<blob>";

export interface HeliumRow {
  readonly [column: string]: JsonCell;
}

/** Rows of all columns of a table, by column. */
export function heliumRows({ columns }: HeliumTable, rows: readonly Row[]): readonly HeliumRow[] {
  return rows.map((row) => Object.fromEntries(columns.map((column, i) => [column.name, cell(row[i]!, column)])));
}

/** A value as Helium shows it: 0 and 1 for booleans, integers beyond 2^53 − 1 as decimal strings. */
export function cell(value: Value, { dataType }: Pick<HeliumColumn, "dataType">): JsonCell {
  if (value === null) return null;
  return dataType === "blob" || value instanceof Uint8Array ? BLOB : toJsonCell(value);
}
