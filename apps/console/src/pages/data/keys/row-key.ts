import type { Row, Table } from "@heliosdb/client";

/** The columns of the primary key; none for a table that declares none. */
export function keyColumns({ columns }: Pick<Table, "columns">): readonly string[] {
  return columns.filter(({ primaryKey }) => primaryKey).map(({ name }) => name);
}

/** The row among others of its table; its key is what names it in a statement, too. */
export function rowKey(row: Row, keys: readonly string[]): string {
  return JSON.stringify(keys.map((column) => row[column]));
}
