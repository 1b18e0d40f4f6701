import { UsageError } from "../../errors/exit-codes.js";
import { sameName } from "../values/sql-text.js";
import { type Column, columnNamed, namesOf, type Table } from "./target.js";

export type OnConflict = "error" | "ignore" | "update";

/** The table's column for each column of the file. Throws UsageError if the two don't fit. */
export function matchColumns(
  file: string,
  { columns: given, isNamed }: { readonly columns: readonly string[]; readonly isNamed: boolean },
  table: Table,
  onConflict: OnConflict,
): readonly Column[] {
  const names = isNamed ? given : namesByPlace(file, given.length, table);
  const both = `The file has: ${names.join(", ")}. The table has: ${namesOf(table)}.`;
  const twice = names.find((name, index) => names.findIndex((other) => sameName(name, other)) < index);
  if (twice !== undefined) throw new UsageError(`${file} has two columns "${twice}". Rename one of them.`);
  const unknown = names.filter((name) => !columnNamed(table, name));
  if (unknown.length > 0) {
    throw new UsageError(`${file} has columns that table "${table.name}" lacks: ${unknown.join(", ")}. ${both}`);
  }
  const columns = names.map((name) => columnNamed(table, name)!);
  const generated = columns.find((column) => column.generated);
  if (generated) {
    throw new UsageError(`Column "${generated.name}" of "${table.name}" is generated. Remove it from ${file}.`);
  }
  const lacking = table.columns.filter((column) => column.required && !columns.includes(column));
  if (lacking.length > 0) {
    const list = lacking.map(({ name }) => name).join(", ");
    throw new UsageError(`${file} lacks columns that table "${table.name}" needs in each row: ${list}. ${both}`);
  }
  if (onConflict === "update") checkKey(file, table, columns);
  return columns;
}

/** Without names, the file has the columns of the table in their order. */
function namesByPlace(file: string, count: number, table: Table): readonly string[] {
  const writable = table.columns.filter(({ generated }) => !generated).map(({ name }) => name);
  if (writable.length === count) return writable;
  throw new UsageError(
    `${file} has ${count} columns without names, and table "${table.name}" has ${writable.length}: ${writable.join(", ")}. Name those of the file with --columns.`,
  );
}

function checkKey(file: string, table: Table, columns: readonly Column[]): void {
  const keys = table.columns.filter(({ key }) => key);
  if (keys.length === 0) {
    throw new UsageError(`--on-conflict update needs a primary key, and table "${table.name}" has none.`);
  }
  const missing = keys.filter((key) => !columns.includes(key));
  if (missing.length > 0) {
    const list = missing.map(({ name }) => name).join(", ");
    throw new UsageError(`--on-conflict update needs the whole primary key, and ${file} lacks ${list}.`);
  }
}
