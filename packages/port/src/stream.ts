import type { JsonRowForm } from "./json-rows.js";
import type { QueryRequest } from "./query.js";
import type { Column, Row } from "./values.js";

/** Facts that are known before the rows. */
export interface StreamHead {
  /** An expression's type is that of its first value among the first rows, or `text` if these have none. */
  readonly columns: readonly Column[];
  /** The SCN that is read. */
  readonly scn: number;
  /** Present if requested: the plan, one line for each step, indented by depth. */
  readonly plan?: string;
}

/** Facts that are known after the rows. */
export interface StreamEnd {
  readonly rowCount: number;
  /** True if `maxRows` cut the rows. */
  readonly truncated: boolean;
}

/** Streamed rows, in parts of type `P`. Read it to its end or close it: until then it keeps a file open. */
export interface PartStream<P> extends StreamHead {
  /**
   * The next part, never empty; null after the last. Rejects with HeliosError if the query failed, after the earlier
   * rows. One call at a time.
   */
  next(): Promise<P | null>;
  /** Null until `next` has returned null. */
  readonly end: StreamEnd | null;
  /** Milliseconds for which the query waited and ran, however slowly the caller reads. */
  readonly workedMs: number;
  /** Stops the work if it is still running. Further reads are refused with QUERY_TIMEOUT. */
  close(): void;
}

/** Without `maxRows`, a query has no row limit. */
export type StreamRequest = QueryRequest;

export type RowStream = PartStream<readonly Row[]>;

export interface JsonStreamRequest extends StreamRequest {
  readonly rows: JsonRowForm;
}

/**
 * Rows as JSON text, one on each line, only whole lines in a part. Values are plain JSON: integers beyond 2^53 − 1 as
 * decimal strings, blobs as base64, infinities as "Infinity" and "-Infinity", and a `bool` column's 0 and 1 as false
 * and true.
 */
export type JsonRowStream = PartStream<Uint8Array>;
