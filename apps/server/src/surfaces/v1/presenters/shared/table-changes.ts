import type { TableChange } from "@heliosdb/port";
import { integer, listOf, named, objectOf, text } from "../../../../schema/index.js";

/** Changed rows of each table. */
export const tableChanges = listOf(
  named(
    "TableChange",
    objectOf({ table: text({ example: "users" }), inserted: integer(), updated: integer(), deleted: integer() }),
  ),
);

export function presentTableChanges(tables: readonly TableChange[]) {
  return tables.map(({ table, inserted, updated, deleted }) => ({ table, inserted, updated, deleted }));
}
