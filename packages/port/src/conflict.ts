import type { RowObject, Value } from "./values.js";

export type ConflictType =
  | "update_update"
  | "update_delete"
  | "delete_update"
  | "insert_insert"
  | "schema"
  | "constraint";

/**
 * A column's value, a whole row, or null if a side has none. For a schema conflict, all are null; its message says
 * more.
 */
export type ConflictValue = Value | RowObject;

export interface MergeConflict {
  readonly table: string;
  /** The key as text; as JSON array text if it is composite, or if its text could mean another row in conflict. */
  readonly rowId: string | null;
  /** Null if the whole row is in conflict, for example because one side deleted it. */
  readonly column: string | null;
  readonly type: ConflictType;
  readonly base: ConflictValue;
  readonly source: ConflictValue;
  readonly target: ConflictValue;
  /** Null while unresolved. */
  readonly resolution: "source" | "target" | "value" | null;
  readonly resolved: ConflictValue;
  /** Who decided: the strategy, or one of the request's resolutions. Null while unresolved. */
  readonly decidedBy: "strategy" | "caller" | null;
  readonly message?: string;
}
