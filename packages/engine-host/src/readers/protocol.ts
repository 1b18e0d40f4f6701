import type { CopyRequest, ReadOperation } from "@heliosdb/engine";
import type { FailedAnswer } from "../process/worker-errors.js";

/** What a reader process is sent. Requests run in the order in which they arrive. */
export type ReaderRequest =
  | { readonly id: number; readonly database: string; readonly operation: ReadOperation }
  | { readonly id: number; readonly close: string }
  | { readonly cancel: readonly number[] };

/** What it answers. Those of `cancelled` were not started and never will be. */
export type ReaderAnswer =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly copy: CopyRequest }
  | ({ readonly id: number } & FailedAnswer)
  | { readonly cancelled: readonly number[] };
