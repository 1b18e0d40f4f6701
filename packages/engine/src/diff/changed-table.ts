import type { RowDifference, TableChange } from "@heliosdb/port";
import type { ColumnPairs } from "../rows/column-pairs.js";
import { columnNames, keyOf, keyValues, rowObject } from "../rows/row-object.js";
import type { Row } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { invalidCursor, type Position } from "./cursor.js";
import type { KeylessChange } from "./keyless-changes.js";
import type { DiffPart, PartPage } from "./part.js";
import type { SideRows } from "./side-rows.js";
import type { TableChanges } from "./table-changes.js";

/**
 * The differences in a table that both sides have. Rows without a key come first. A position is a number of
 * differences.
 */
export class ChangedTable implements DiffPart {
  constructor(
    readonly id: string,
    private readonly from: SideRows,
    private readonly to: SideRows,
    private readonly columns: ColumnPairs,
    private readonly changes: TableChanges,
  ) {}

  get tables(): readonly TableDef[] {
    return [this.to.table, this.from.table];
  }

  get counts(): TableChange {
    const { inserted, updated, deleted } = this.changes;
    return { table: this.to.table.name, inserted, updated, deleted };
  }

  page(after: Position | null, limit: number): PartPage {
    const { keyless, keys } = this.changes;
    const all = keyless.length + keys.length;
    const start = after ?? 0;
    if (typeof start !== "number" || start > all) throw invalidCursor();
    const end = Math.min(start + limit, all);
    const rows = [
      ...keyless.slice(start, end).map((change) => this.keylessRow(change)),
      ...keys
        .slice(Math.max(0, start - keyless.length), Math.max(0, end - keyless.length))
        .map((key) => this.keyedRow(key)),
    ];
    return { rows, next: end < all ? end : null };
  }

  private keylessRow({ side, rowid }: KeylessChange): RowDifference {
    const { reader, table } = this[side];
    return loneRow(table, side, reader.byRowid(rowid)!.row, []);
  }

  private keyedRow(key: Row): RowDifference {
    const { from, to } = this;
    const [was, is] = [from.row(key), to.row(key)];
    if (was === undefined) return loneRow(to.table, "to", is!, keyValues(to.table, keyOf(to.table, is!)));
    if (is === undefined) return loneRow(from.table, "from", was, keyValues(from.table, keyOf(from.table, was)));
    return {
      table: to.table.name,
      kind: "update",
      key: keyValues(to.table, keyOf(to.table, is)),
      from: rowObject(from.table, was),
      to: rowObject(to.table, is),
      changed: this.columns.changed(was, is),
    };
  }
}

/** A row that only one side has. */
export function loneRow(
  table: SideRows["table"],
  side: "from" | "to",
  row: Row,
  key: RowDifference["key"],
): RowDifference {
  const values = rowObject(table, row);
  const common = { table: table.name, key, changed: columnNames(table) };
  return side === "from"
    ? { ...common, kind: "delete", from: values, to: null }
    : { ...common, kind: "insert", from: null, to: values };
}
