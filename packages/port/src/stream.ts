import type { QueryRequest } from "./requests.js";
import type { ColumnType } from "./values.js";

/** How a row stands in its line: as an object by the names that `distinctNames` gives, or as an array. */
export type RowForm = "objects" | "arrays";

/** A query whose rows are handed on as they are read. Without `maxRows` there are as many as it gives. */
export interface StreamRequest extends QueryRequest {
  readonly rows: RowForm;
}

/** What is known before the rows. */
export interface StreamHead {
  readonly columns: readonly string[];
  /** An undeclared column's type is that of its first value among the first rows, `text` where these have none. */
  readonly columnTypes: readonly ColumnType[];
  /** The SCN that is read. */
  readonly scn: number;
  /** Present when asked for: the plan, one line a step, indented by depth. */
  readonly plan?: string;
}

/** What is known after them. */
export interface StreamEnd {
  readonly rowCount: number;
  /** True when maxRows cut the answer. */
  readonly truncated: boolean;
}

/** Rows on their way. Whoever has one reads it to its end, or closes it: until then it holds a file. */
export interface RowStream extends StreamHead {
  /**
   * The next lines, whole: a row is one line of JSON. Null once all were given; rejects with HeliosError where the query failed, after the rows before. One call at a time.
   */
  next(): Promise<Uint8Array | null>;
  /** Null until `next` has given null. */
  readonly end: StreamEnd | null;
  /** How long the query has been waited for and run, in milliseconds, whatever the caller took to read. */
  readonly workedMs: number;
  /** Stops the work if it goes on. */
  close(): void;
}
