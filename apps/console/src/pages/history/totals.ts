import type { TableChange } from "@heliosdb/client";

/** The changes of all tables together. */
export function totalOf(tables: readonly TableChange[]): Omit<TableChange, "table"> {
  const sum = (key: "inserted" | "updated" | "deleted") => tables.reduce((total, table) => total + table[key], 0);
  return { inserted: sum("inserted"), updated: sum("updated"), deleted: sum("deleted") };
}
