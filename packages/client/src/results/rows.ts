import type { components } from "../generated/schema.js";
import type { ValueForms } from "../transport/value-forms.js";
import { decodedRows } from "./decode-rows.js";

/**
 * A value in a response: integers beyond 2^53 − 1 are decimal texts, blobs are base64, an infinity is the text
 * `"Infinity"` or `"-Infinity"`. The client's options `integers` and `blobs` change that; then name the type of rows.
 */
export type Cell = null | boolean | number | string;
export type Row = Readonly<Record<string, Cell>>;
export type ColumnType = components["schemas"]["ColumnType"];

/** Rows by column; equal column names get `:1`, `:2` and so on. */
export interface RowSet<R = Row> {
  /** In order. */
  readonly columns: readonly string[];
  readonly columnTypes: readonly ColumnType[];
  readonly rows: readonly R[];
}

export interface QueryResult<R = Row> extends RowSet<R> {
  readonly rowCount: number;
  readonly executionTimeMs: number;
  /** True if `maxRows` cut the result. */
  readonly truncated: boolean;
  /** The commit that was read. */
  readonly scn: number;
  /** With `explain`: one line per step. */
  readonly executionPlan?: string;
}

/** The rows of RETURNING. */
export interface ReturnedRows<R = Row> extends RowSet<R> {
  readonly rowCount: number;
  readonly truncated: boolean;
}

export interface ExecuteResult<R = Row> {
  /** The main verb: `INSERT`, `CREATE_TABLE` and so on. */
  readonly statementType: string;
  readonly affectedRows: number;
  readonly executionTimeMs: number;
  readonly message: string;
  /** The commit that was created. */
  readonly scn: number;
  /** With RETURNING. */
  readonly returning?: ReturnedRows<R>;
}

/** The result of one statement of a batch. */
export interface StatementResult<R = Row> {
  readonly statementType: string;
  readonly affectedRows: number;
  /** With RETURNING. */
  readonly returning?: ReturnedRows<R>;
}

export interface BatchResult<R = Row> {
  /** In the order of the statements. */
  readonly results: readonly StatementResult<R>[];
  readonly executionTimeMs: number;
  readonly message: string;
  /** The one commit that was made. */
  readonly scn: number;
}

export interface TablePage<R = Row> extends RowSet<R> {
  /** Number of rows that match the filter; absent with `includeTotal: false`. */
  readonly total?: number;
  /** Absent with a cursor. */
  readonly page?: number;
  readonly limit: number;
  readonly hasMore: boolean;
  /** The `cursor` of the next page; null on the last, and for a view, whose rows have no key. */
  readonly nextCursor: string | null;
  readonly scn: number;
}

/** A key of an inserted row; a composite one is a list. */
export type Key = Cell | readonly Cell[];

export interface InsertResult {
  readonly inserted: number;
  /** With `onConflict: "update"`. */
  readonly updated: number;
  /** With `onConflict: "ignore"`. */
  readonly skipped: number;
  /** In the order of the rows; null for a skipped one. */
  readonly ids: readonly Key[];
  readonly scn: number;
}

export interface UpdateResult {
  readonly updated: number;
  readonly scn: number;
}

export interface DeleteResult {
  readonly deleted: number;
  readonly scn: number;
}

export function queryResultOf<R>(wire: components["schemas"]["QueryResult"], forms: ValueForms): QueryResult<R> {
  return {
    columns: wire.columns,
    columnTypes: wire.column_types,
    rows: rowsOf(decodedRows(wire, forms)),
    rowCount: wire.row_count,
    executionTimeMs: wire.execution_time_ms,
    truncated: wire.truncated,
    scn: wire.scn,
    ...(wire.execution_plan !== undefined && { executionPlan: wire.execution_plan }),
  };
}

export function executeResultOf<R>(wire: components["schemas"]["ExecuteResult"], forms: ValueForms): ExecuteResult<R> {
  return {
    ...statementResultOf<R>(wire, forms),
    executionTimeMs: wire.execution_time_ms,
    message: wire.message,
    scn: wire.scn,
  };
}

export function batchResultOf<R>(wire: components["schemas"]["BatchResult"], forms: ValueForms): BatchResult<R> {
  return {
    results: wire.results.map((one) => statementResultOf<R>(one, forms)),
    executionTimeMs: wire.execution_time_ms,
    message: wire.message,
    scn: wire.scn,
  };
}

function statementResultOf<R>(wire: components["schemas"]["StatementResult"], forms: ValueForms): StatementResult<R> {
  const { columns = [], column_types = [], rows } = wire;
  return {
    statementType: wire.statement_type,
    affectedRows: wire.affected_rows,
    ...(rows && {
      returning: {
        columns,
        columnTypes: column_types,
        rows: rowsOf<R>(decodedRows({ columns, column_types, rows }, forms)),
        rowCount: wire.row_count ?? rows.length,
        truncated: wire.truncated ?? false,
      },
    }),
  };
}

export function tablePageOf<R>(wire: components["schemas"]["TablePage"], forms: ValueForms): TablePage<R> {
  return {
    columns: wire.columns,
    columnTypes: wire.column_types,
    rows: rowsOf(decodedRows(wire, forms)),
    ...(wire.total !== undefined && { total: wire.total }),
    ...(wire.page !== undefined && { page: wire.page }),
    limit: wire.limit,
    hasMore: wire.has_more,
    nextCursor: wire.next_cursor,
    scn: wire.scn,
  };
}

/** The caller names the type of its rows, since it wrote the SQL; it can't be checked here. */
function rowsOf<R>(rows: readonly object[]): readonly R[] {
  return rows as readonly unknown[] as readonly R[];
}

/** The same for one row. */
export function rowOf<R>(row: Record<string, unknown>): R {
  return row as unknown as R;
}
