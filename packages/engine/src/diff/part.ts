import type { RowDifference, TableChange } from "@heliosdb/port";
import type { TableDef } from "../schema/model.js";
import type { Position } from "./cursor.js";

export interface PartPage {
  readonly rows: readonly RowDifference[];
  /** Where the next page continues; null at the end. */
  readonly next: Position | null;
}

/** A section of a diff: the differences in one table. */
export interface DiffPart {
  /** Identifies the part in cursors. */
  readonly id: string;
  readonly counts: TableChange;
  /** As the table is in `to`, and as it is in `from`. */
  readonly tables: readonly TableDef[];
  /** Throws INVALID_CURSOR for a position that it never gave. */
  page(after: Position | null, limit: number): PartPage;
}
