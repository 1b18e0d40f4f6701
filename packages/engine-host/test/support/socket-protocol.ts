import type { WireError } from "@heliosdb/port";

/** Whose method is called. A database and its changes have the number that the caller gave them, a stream that of its request. */
export type Target = "host" | "database" | "changes" | "stream";

export interface Request {
  readonly id: number;
  readonly target: Target;
  /** Of the database or the stream; 0 for the host. */
  readonly handle: number;
  readonly method: string;
  readonly argument: unknown;
}

export type Reply =
  | { readonly id: number; readonly result?: unknown }
  | { readonly id: number; readonly error: WireError }
  /** What a watcher is told; `id` is that of the request to watch. */
  | { readonly id: number; readonly changed: readonly string[] };
