import type { Row, Value } from "@heliosdb/client";
import type { RowMark } from "../../../grid/grid-types.js";
import { rowKey } from "../keys/row-key.js";
import type { Staged, StagedInsert } from "./staged.js";

/** A row as the grid shows it: as it was read, with what is staged over it. */
export interface ShownRow {
  readonly row: Row;
  /** New values by column. */
  readonly values: Readonly<Record<string, Value>>;
  readonly mark: RowMark | undefined;
  /** Only for a row that doesn't exist yet. */
  readonly insert?: StagedInsert;
}

/** New rows first, then those that were read. */
export function gridRows(rows: readonly Row[], keys: readonly string[], staged: Staged): readonly ShownRow[] {
  const inserts = staged.inserts.map(
    (insert): ShownRow => ({ row: {}, values: insert.values, mark: "inserted", insert }),
  );
  if (staged.edits.size === 0 && staged.deletes.size === 0) return [...inserts, ...rows.map(asRead)];
  return [
    ...inserts,
    ...rows.map((row): ShownRow => {
      const key = rowKey(row, keys);
      if (staged.deletes.has(key)) return { row, values: {}, mark: "deleted" };
      const edit = staged.edits.get(key);
      return edit ? { row, values: edit.values, mark: "edited" } : asRead(row);
    }),
  ];
}

export function shownValue({ row, values }: ShownRow, column: string): unknown {
  return values[column] !== undefined ? values[column] : row[column];
}

const READ = new WeakMap<Row, ShownRow>();

/** The same object each time, so that the grid knows a row that is as it was. */
function asRead(row: Row): ShownRow {
  const known = READ.get(row);
  if (known) return known;
  const shown: ShownRow = { row, values: {}, mark: undefined };
  READ.set(row, shown);
  return shown;
}
