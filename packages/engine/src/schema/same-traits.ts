import { affinityOf } from "./affinity.js";
import type { ColumnDef, TableDef } from "./model.js";
import { columnText, columnTraits } from "./table-text.js";

/**
 * Whether rows stored in a table's newer version can be read as rows of an older one: each column still exists and
 * compares as before. ALTER TABLE changes no affinity and no collation, and a computed column keeps its identity only
 * if it is computed in the same way.
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

/**
 * Whether a column of a rebuilt table is the same as its namesake: both are stored, or both are the same computation.
 */
export function isSameKind(older: Shape, column: Column, newer: Shape, now: Column): boolean {
  if (column.generated !== now.generated) return false;
  return !column.generated || traitsOf(older, column).generated === traitsOf(newer, now).generated;
}

type Shape = Pick<TableDef, "sql">;
type Column = Pick<ColumnDef, "name" | "generated">;

function traitsOf(table: Shape, column: Column) {
  return columnTraits(columnText(table.sql, column.name) ?? "");
}
