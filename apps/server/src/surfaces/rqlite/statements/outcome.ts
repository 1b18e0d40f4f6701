import type { Rows, StatementResult } from "@heliosdb/port";

/** The outcome of one statement. */
export type Outcome =
  /** A text without a statement, or a statement with nothing to tell. */
  | { readonly kind: "nothing" }
  | { readonly kind: "written"; readonly lastInsertId: bigint | null; readonly affected: number; readonly ms: number }
  | {
      readonly kind: "rows";
      readonly columns: Rows["columns"];
      readonly rows: Rows["rows"];
      readonly ms: number;
    }
  | { readonly kind: "failed"; readonly message: string };

/** Which statements a request may have, and in which form it says that nothing came of one. */
export type Mode = "query" | "execute" | "request";

/** The result of a request. */
export interface Outcomes {
  readonly mode: Mode;
  readonly outcomes: readonly Outcome[];
  /** Of the newest state that was read or made; null where no statement got so far. */
  readonly scn: number | null;
  /** Of a queued write. */
  readonly sequence?: bigint;
}

export const NOTHING: Outcome = { kind: "nothing" };

export function failed(message: string): Outcome {
  return { kind: "failed", message };
}

/** Of RETURNING the first rows are given; a query that was cut is an error, see rowsOutcome. */
export function writtenOutcome(
  { statementType, lastInsertId, affectedRows, returning }: StatementResult,
  ms: number,
): Outcome {
  if (!returning) return { kind: "written", lastInsertId, affected: affectedRows, ms };
  if (statementType === "SELECT") return rowsOutcome(returning, ms);
  return { kind: "rows", columns: returning.columns, rows: returning.rows, ms };
}

/** Rows that are missing would not be noticed, so a result that was cut is an error. */
export function rowsOutcome({ columns, rows, truncated }: Rows, ms: number): Outcome {
  if (truncated) return failed(`the result has more than ${rows.length} rows: add LIMIT and OFFSET`);
  return { kind: "rows", columns, rows, ms };
}
