import type { CopyRequest, LineForm, ReadOperation } from "@heliosdb/engine";
import type { StreamHead, StreamRequest } from "@heliosdb/port";
import type { FailedResponse } from "../process/worker-errors.js";
import type { SpoolPart } from "./spool.js";

/** A query whose rows are handed on while it runs, through a ring of `size` bytes in a file. */
export interface StreamOperation {
  readonly stream: StreamRequest;
  readonly form: LineForm;
  readonly spool: { readonly path: string; readonly size: number };
}

/** Messages to a reader process. Requests run in the order in which they arrive. */
export type ReaderRequest =
  | { readonly id: number; readonly database: string; readonly operation: ReadOperation | StreamOperation }
  | { readonly id: number; readonly close: string }
  | { readonly cancel: readonly number[] }
  | StreamNews;

/** Messages about a running stream: the number of bytes read from the spool, or that the rows are no longer wanted. */
export type StreamNews = { readonly taken: number; readonly bytes: number } | { readonly stop: number };

/** The facts known before the rows of a stream, and its first rows. */
export interface BegunStream extends StreamHead {
  readonly lines: string;
}

/** Its responses. Requests in `cancelled` were not started and never will be. */
export type ReaderResponse =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly copy: CopyRequest }
  | ({ readonly id: number } & FailedResponse)
  | { readonly cancelled: readonly number[] }
  | StreamResponse;

/** Messages of a stream before its end, which is an ordinary response. */
export type StreamResponse =
  | { readonly id: number; readonly begun: BegunStream }
  | { readonly id: number; readonly part: SpoolPart };
