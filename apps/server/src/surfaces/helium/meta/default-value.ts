import { type JsonCell, sameName } from "@heliosdb/port";
import { cell } from "../rows/cells.js";
import type { HeliumColumn, HeliumTable } from "../state/table.js";

export const CURRENT_TIMESTAMP = "CURRENT_TIMESTAMP";

/** A default that stands for the time of an insert. */
export interface TimeConstant {
  readonly constantName: typeof CURRENT_TIMESTAMP;
}

export type DefaultValue = JsonCell | TimeConstant;

/** The part of `YYYY-MM-DD HH:mm:ss` that each of SQLite's words for the present gives. */
const PRESENT: readonly (readonly [form: RegExp, first: number, end: number])[] = [
  [/^(current_timestamp|datetime\s*\(\s*'now'\s*\))$/i, 0, 19],
  [/^(current_date|date\s*\(\s*'now'\s*\))$/i, 0, 10],
  [/^(current_time|time\s*\(\s*'now'\s*\))$/i, 11, 19],
];

/** A column's default as the metadata has it. Of what depends on the time, there is only a word for the whole time. */
export function defaultValue(table: HeliumTable, column: HeliumColumn): DefaultValue {
  const present = presentOf(table, column);
  if (present === undefined) return constant(table, column);
  return present[1] === 0 && present[2] === 19 ? { constantName: CURRENT_TIMESTAMP } : null;
}

/** A column's value in a row that is inserted now without it. Times are in UTC. */
export function resolvedDefault(table: HeliumTable, column: HeliumColumn, now: Date): JsonCell {
  const present = presentOf(table, column);
  if (present === undefined) return constant(table, column);
  return now.toISOString().slice(0, 19).replace("T", " ").slice(present[1], present[2]);
}

function presentOf(table: HeliumTable, column: HeliumColumn) {
  const text = textOf(table, column)
    ?.text.replace(/^\s*\((.*)\)\s*$/s, "$1")
    .trim();
  return text === undefined ? undefined : PRESENT.find(([form]) => form.test(text));
}

function constant(table: HeliumTable, column: HeliumColumn): JsonCell {
  const { keyColumn } = table.details;
  if (keyColumn && sameName(keyColumn.column, column.name)) return cell(keyColumn.next ?? null, column);
  const value = textOf(table, column)?.value;
  if (value === undefined || value === null || value instanceof Uint8Array || column.dataType === "blob") return null;
  return column.dataType === "boolean" && (value === 0n || value === 1n) ? value === 1n : cell(value, column);
}

function textOf({ details }: HeliumTable, { name }: HeliumColumn) {
  return details.defaults.find(({ column }) => sameName(column, name));
}
