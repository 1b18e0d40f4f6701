import type { CopyRequest, LineForm, ReadOperation } from "@heliosdb/engine";
import type { StreamHead, StreamRequest } from "@heliosdb/port";
import type { FailedAnswer } from "../process/worker-errors.js";
import type { SpoolPart } from "./spool.js";

/** A query whose rows are handed on while it runs, through a ring of `size` bytes in a file. */
export interface StreamOperation {
  readonly stream: StreamRequest;
  readonly form: LineForm;
  readonly spool: { readonly path: string; readonly size: number };
}

/** What a reader process is sent. Requests run in the order in which they arrive. */
export type ReaderRequest =
  | { readonly id: number; readonly database: string; readonly operation: ReadOperation | StreamOperation }
  | { readonly id: number; readonly close: string }
  | { readonly cancel: readonly number[] }
  | StreamNews;

/** What is said of a stream that runs: so many bytes of the spool have been read, or nobody wants the rows any more. */
export type StreamNews = { readonly taken: number; readonly bytes: number } | { readonly stop: number };

/** What is known of a stream before its rows, and the first of them. */
export interface BegunStream extends StreamHead {
  readonly lines: string;
}

/** What it answers. Those of `cancelled` were not started and never will be. */
export type ReaderAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly copy: CopyRequest }
  | ({ readonly id: number } & FailedAnswer)
  | { readonly cancelled: readonly number[] }
  | StreamAnswer;

/** What comes of a stream before its end, which is an answer like others. */
export type StreamAnswer =
  | { readonly id: number; readonly begun: BegunStream }
  | { readonly id: number; readonly part: SpoolPart };
