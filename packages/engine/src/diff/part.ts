import type { RowDifference, TableChange } from "@heliosdb/port";
import type { TableDef } from "../schema/model.js";
import type { Position } from "./cursor.js";

export interface PartPage {
  readonly rows: readonly RowDifference[];
  /** Where the next page goes on; null at the end. */
  readonly next: Position | null;
}

/** A stretch of a difference: what differs in one table. */
export interface DiffPart {
  /** Names it in cursors. */
  readonly id: string;
  readonly counts: TableChange;
  /** As it is in `to`, and as it is in `from`. */
  readonly tables: readonly TableDef[];
  /** Throws INVALID_CURSOR for a position that it never gave. */
  page(after: Position | null, limit: number): PartPage;
}
