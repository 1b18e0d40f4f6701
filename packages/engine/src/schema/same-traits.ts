import { affinityOf } from "./affinity.js";
import type { ColumnDef, TableDef } from "./model.js";
import { columnText, columnTraits } from "./table-text.js";

/**
 * Whether rows that lie in a table's newer shape can be read as rows of an older one: each column is still there, and
 * compares as it did. ALTER TABLE changes no affinity and no collation, and a computed column keeps its identity only
 * where it is computed in the same way.
 */
export function readsThrough(older: TableDef, newer: TableDef): boolean {
  if (older.sql === newer.sql) return true;
  return older.columns.every((column) => {
    const now = newer.columns.find(({ uid }) => uid === column.uid);
    return (
      now !== undefined &&
      affinityOf(column.declaredType) === affinityOf(now.declaredType) &&
      traitsOf(older, column).collation === traitsOf(newer, now).collation
    );
  });
}

/** Whether a column of a rebuilt table is the one that had its name: a value that was stored, or the same computation. */
export function isSameKind(older: Shape, column: Column, newer: Shape, now: Column): boolean {
  if (column.generated !== now.generated) return false;
  return !column.generated || traitsOf(older, column).generated === traitsOf(newer, now).generated;
}

type Shape = Pick<TableDef, "sql">;
type Column = Pick<ColumnDef, "name" | "generated">;

function traitsOf(table: Shape, column: Column) {
  return columnTraits(columnText(table.sql, column.name) ?? "");
}
