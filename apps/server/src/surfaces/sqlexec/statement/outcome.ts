/** The outcome of a statement. */
export type Outcome = RowsOutcome | AffectedOutcome;

/** Of a query, of SHOW and of RETURNING. */
export interface RowsOutcome {
  readonly kind: "rows";
  readonly columns: readonly string[];
  /** The rows as a JSON list of lists. */
  readonly json: string;
  /** Rows in `json`. */
  readonly total: number;
  readonly truncated: boolean;
  /** Of the commit; null for what only read. */
  readonly scn: number | null;
}

export interface AffectedOutcome {
  readonly kind: "affected";
  readonly affectedRows: number;
  readonly scn: number;
}

/** The result of the operation. */
export interface StatementResult {
  readonly outcome: Outcome;
  /** Of the commit; null for what only read. */
  readonly scn: number | null;
  /** Fields of the body that nobody knows. */
  readonly ignored: readonly string[];
}
