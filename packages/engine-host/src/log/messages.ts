import type { MessagePort } from "node:worker_threads";
import type { Entry } from "@heliosdb/store";
import type { LogStore } from "./log-store.js";

/** What the log thread of a writer process is started with. */
export interface LogThreadData {
  readonly store: LogStore;
  readonly port: MessagePort;
  /** Counts what the thread has said, for whoever waits without an event loop. */
  readonly said: Int32Array;
}

/** What the writer asks of the log of one database. Requests for one log are served in order. */
export type LogRequest = { readonly database: string } & (
  | { readonly do: "take"; readonly folder: string }
  | { readonly do: "append"; readonly seq: number; readonly entry: Entry }
  | { readonly do: "read"; readonly seq: number }
  | { readonly do: "leave" }
  | { readonly do: "drop" }
);

/** The end of a log, and what else is known of it. */
export interface TakenLog {
  readonly seq: number;
  readonly digest: string;
  readonly folder: string;
  readonly known: readonly string[];
}

export type LogMessage = { readonly database: string } & (
  | { readonly taken: TakenLog }
  /** Everything up to this entry is safe. */
  | { readonly confirmed: number }
  | { readonly parts: readonly Uint8Array[] }
  | { readonly dropped: true }
  /** Nothing more is done with this log. */
  | { readonly failed: string; readonly isFenced: boolean }
);
