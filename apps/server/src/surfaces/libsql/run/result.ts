import type { Rows } from "@heliosdb/port";
import { type WireValue, wireValue } from "../protocol/wire-value.js";

/** The result of one statement. */
export interface StatementResult {
  readonly cols: readonly { readonly name: string; readonly decltype: string | null }[];
  readonly rows: readonly (readonly WireValue[])[];
  readonly affected_row_count: number;
  readonly last_insert_rowid: string | null;
  readonly replication_index: null;
  readonly rows_read: number;
  readonly rows_written: number;
  readonly query_duration_ms: number;
}

export interface Counted {
  readonly affected?: number;
  readonly rowid?: bigint | null;
  readonly tookMs: number;
}

const NOTHING: Pick<Rows, "columns" | "rows"> = { columns: [], rows: [] };

export function resultOf(
  { columns, rows }: Pick<Rows, "columns" | "rows"> = NOTHING,
  wantRows: boolean,
  { affected = 0, rowid = null, tookMs }: Counted,
): StatementResult {
  return {
    cols: columns.map(({ name, declared }) => ({ name, decltype: declared })),
    rows: wantRows ? rows.map((row) => row.map(wireValue)) : [],
    affected_row_count: affected,
    last_insert_rowid: rowid === null ? null : rowid.toString(),
    replication_index: null,
    rows_read: 0,
    rows_written: 0,
    query_duration_ms: Math.round(tookMs * 1000) / 1000,
  };
}
