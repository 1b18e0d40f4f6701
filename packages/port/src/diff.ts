import type { BranchRef } from "./branches.js";
import type { TableChange } from "./history.js";
import type { PointInTime } from "./point.js";
import type { Deadline } from "./query.js";
import type { RowColumn, RowObject, Value } from "./values.js";

/** A state of a branch. */
export interface StateRef {
  readonly branch: BranchRef;
  readonly at?: PointInTime;
}

export interface DiffRequest {
  readonly from: StateRef;
  readonly to: StateRef;
  /** Only these tables. */
  readonly tables?: readonly string[];
  /** Rows on a page; 0 for the counts alone. */
  readonly limit: number;
  /** `next` of the previous page. */
  readonly cursor?: string;
  readonly deadlineMs?: Deadline;
}

export interface SchemaDifference {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly change: "added" | "dropped" | "altered";
  /** CREATE statements; null on the side where the object does not exist. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface RowDifference {
  readonly table: string;
  readonly kind: "insert" | "update" | "delete";
  /** The primary key in key order; empty for a row of a table that declares none. */
  readonly key: readonly Value[];
  readonly from: RowObject | null;
  readonly to: RowObject | null;
  /** Columns whose value differs, by their name in `to`; for an insert or delete, all columns. */
  readonly changed: readonly string[];
}

export interface DiffPage {
  readonly fromScn: number;
  readonly toScn: number;
  readonly schema: readonly SchemaDifference[];
  /** Counts of all differences, not only of the page. */
  readonly tables: readonly TableChange[];
  readonly rows: readonly RowDifference[];
  /** Columns of the tables of `rows`, by the table name used there; if a column differs, as it is in `to`. */
  readonly columns: { readonly [table: string]: readonly RowColumn[] };
  readonly next: string | null;
}
