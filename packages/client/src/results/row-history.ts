import type { components } from "../generated/schema.js";
import { type Cell, type Row, rowOf } from "./rows.js";
import { dateOf } from "./times.js";

/** A row after one commit. */
export interface RowVersion<R = Row> {
  /** Names the commit: `tx_42`. */
  readonly id: string;
  /** `existing`: the row existed before the kept history. */
  readonly type: "insert" | "update" | "delete" | "existing";
  readonly scn: number;
  readonly timestamp: Date;
  /** The branch that the commit was made on; null if that has been purged. */
  readonly branch: string | null;
  readonly author: string;
  readonly message: string | null;
  /** The row after the commit; null if it was deleted. */
  readonly row: R | null;
  /** Columns that the commit changed. */
  readonly changed: readonly string[];
}

export interface RowHistoryPage<R = Row> {
  readonly table: string;
  readonly key: readonly Cell[];
  /** Newest first. */
  readonly versions: readonly RowVersion<R>[];
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

export function rowHistoryPageOf<R>(wire: components["schemas"]["RowHistory"]): RowHistoryPage<R> {
  return {
    table: wire.table,
    key: wire.key,
    versions: wire.versions.map((one) => ({
      id: one.id,
      type: one.type,
      scn: one.scn,
      timestamp: dateOf(one.timestamp),
      branch: one.branch,
      author: one.author,
      message: one.message,
      row: one.row && rowOf<R>(one.row),
      changed: one.changed,
    })),
    nextCursor: wire.next_cursor,
  };
}
