import { type Row, sameName } from "@heliosdb/port";
import type { HeliumTable } from "../state/table.js";
import { ident, literal } from "./literal.js";

/**
 * Which rows of a part belong to a row of its master: all columns that refer to the master equal the row's. Null where
 * there are none such, or where a value is NULL, which nothing refers to.
 */
export function partCondition(part: HeliumTable, master: HeliumTable, row: Row): string | null {
  const pairs = part.details.foreignKeys
    .filter(({ table }) => sameName(table, master.name))
    .flatMap(({ columns, references }) => columns.map((column, i) => ({ column, value: referred(references[i]) })));
  if (pairs.length === 0 || pairs.some(({ value }) => value === null)) return null;
  return pairs.map(({ column, value }) => `${ident(column)} = ${literal(value)}`).join(" AND ");

  function referred(name: string | undefined) {
    const at = master.columns.findIndex((column) => name !== undefined && sameName(column.name, name));
    return row[at] ?? null;
  }
}
