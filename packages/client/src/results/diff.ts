import type { components } from "../generated/schema.js";
import { type Cell, type Row, rowOf } from "./rows.js";
import { type TableChange, tableChangeOf } from "./table-change.js";

export interface SchemaDifference {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly change: "added" | "dropped" | "altered";
  /** Its CREATE statement in the other state; null if it does not exist there. */
  readonly from: string | null;
  /** Its CREATE statement in the branch; null if it does not exist there. */
  readonly to: string | null;
}

export interface RowDifference<R = Row> {
  readonly table: string;
  readonly kind: "insert" | "update" | "delete";
  /** The columns of the primary key, in key order; empty if the table declares none. */
  readonly key: readonly Cell[];
  readonly from: R | null;
  readonly to: R | null;
  /** Columns whose value differs. */
  readonly changed: readonly string[];
}

export interface DiffPage<R = Row> {
  /** The other state of the comparison. */
  readonly from: { readonly branch: string; readonly scn: number };
  readonly to: { readonly branch: string; readonly scn: number };
  readonly schema: readonly SchemaDifference[];
  /** Counts of all differences, not only of the page. */
  readonly tables: readonly TableChange[];
  readonly rows: readonly RowDifference<R>[];
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
}

export function diffPageOf<R>(wire: components["schemas"]["Diff"]): DiffPage<R> {
  return {
    from: wire.from,
    to: wire.to,
    schema: wire.schema,
    tables: wire.tables.map(tableChangeOf),
    rows: wire.rows.map(({ table, kind, key, from, to, changed }) => ({
      table,
      kind,
      key,
      from: from && rowOf<R>(from),
      to: to && rowOf<R>(to),
      changed,
    })),
    nextCursor: wire.next_cursor,
  };
}
