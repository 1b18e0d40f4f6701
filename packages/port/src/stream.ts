import type { JsonRowForm } from "./json-rows.js";
import type { QueryRequest } from "./query.js";
import type { Column, Row } from "./values.js";

/** The facts that are known before the rows. */
export interface StreamHead {
  /** An expression's type is that of its first value among the first rows, `text` where these have none. */
  readonly columns: readonly Column[];
  /** The SCN that is read. */
  readonly scn: number;
  /** Present when asked for: the plan, one line a step, indented by depth. */
  readonly plan?: string;
}

/** The facts that are known after the rows. */
export interface StreamEnd {
  readonly rowCount: number;
  /** True when `maxRows` cut the rows. */
  readonly truncated: boolean;
}

/** Rows on their way, in parts of type `P`. Whoever has one reads it to its end or closes it: until then it holds a file. */
export interface PartStream<P> extends StreamHead {
  /**
   * The next part, never empty; null once all were given. Rejects with HeliosError where the query failed, after the rows
   * before. One call at a time.
   */
  next(): Promise<P | null>;
  /** Null until `next` has given null. */
  readonly end: StreamEnd | null;
  /** Milliseconds for which the query waited and ran, however long the caller took to read. */
  readonly workedMs: number;
  /** Stops the work if it goes on. To read on is refused with QUERY_TIMEOUT. */
  close(): void;
}

/** A query without `maxRows` gives as many rows as there are. */
export type StreamRequest = QueryRequest;

export type RowStream = PartStream<readonly Row[]>;

export interface JsonStreamRequest extends StreamRequest {
  readonly rows: JsonRowForm;
}

/**
 * Rows as JSON text, one line each, whole lines in a part. Values stand as JSON has them at best: integers beyond
 * 2^53 − 1 as decimal strings, blobs as base64, infinities as "Infinity" and "-Infinity", and a `bool` column's 0 and
 * 1 as false and true.
 */
export type JsonRowStream = PartStream<Uint8Array>;
