import { distinctNames } from "./distinct-names.js";
import { toJsonCell } from "./json-cell.js";
import { quoted } from "./quoted.js";
import type { Column, ColumnType, Row, Value } from "./values.js";

/** The format of a row in JSON: an object with the names of `distinctNames`, or an array. */
export type JsonRowForm = "objects" | "arrays";

/**
 * Writes rows as JSON, one by one. `types` are those known when a row is written. The text is concatenated by hand: a
 * column may be called "__proto__", and it is faster than an object for each row.
 */
export function jsonRowWriter(
  form: JsonRowForm,
  columns: readonly Pick<Column, "name">[],
  types: readonly (ColumnType | null)[],
): (row: Row) => string {
  const [open, close] = form === "arrays" ? ["[", "]"] : ["{", "}"];
  const keys =
    form === "arrays" ? null : distinctNames(columns.map(({ name }) => name)).map((name) => `${quoted(name)}:`);
  const before = columns.map((_, i) => (i === 0 ? open : ",") + (keys?.[i] ?? ""));
  if (columns.length === 0) return () => `${open}${close}`;
  return (row) => {
    let text = "";
    for (let i = 0; i < row.length; i++) text += before[i]! + cellText(row[i]!, types[i] ?? undefined);
    return text + close;
  };
}

/** Rows as one JSON list. */
export function writeJsonRows(columns: readonly Column[], rows: readonly Row[], form: JsonRowForm): string {
  const write = writerOf(columns, form);
  let text = "[";
  for (let i = 0; i < rows.length; i++) text += i === 0 ? write(rows[i]!) : `,${write(rows[i]!)}`;
  return `${text}]`;
}

interface Writer {
  readonly form: JsonRowForm;
  readonly write: (row: Row) => string;
}

/** A query that runs often has the same list of columns each time. */
const writers = new WeakMap<readonly Column[], Writer>();

function writerOf(columns: readonly Column[], form: JsonRowForm): (row: Row) => string {
  const known = writers.get(columns);
  if (known?.form === form) return known.write;
  const types = columns.map(({ type }) => type);
  const write = jsonRowWriter(form, columns, types);
  writers.set(columns, { form, write });
  return write;
}

function cellText(value: Value, type: ColumnType | undefined): string {
  if (typeof value === "string") return quoted(value);
  const cell = toJsonCell(value, type);
  return typeof cell === "string" ? `"${cell}"` : String(cell);
}
