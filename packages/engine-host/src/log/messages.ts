import type { MessagePort } from "node:worker_threads";
import type { Unsynced } from "@heliosdb/journal";
import type { Entry } from "@heliosdb/store";
import type { LogStore } from "./log-store.js";
import type { PackedOperation } from "./packed.js";

/** What the log thread of a writer process is started with. */
export interface LogThreadData {
  readonly store: LogStore;
  readonly port: MessagePort;
  /** Counts what the thread has said, for whoever waits without an event loop. */
  readonly said: Int32Array;
  /** The socket by which the parent of the process hears what is safe. */
  readonly confirmationsFd: number;
}

/**
 * What the writer asks of the log of one database. Requests for one log are served in order. Calls of the writer have
 * numbers, which rise over all its databases; several of them may become one entry.
 */
export type LogRequest = { readonly database: string } & (
  | { readonly do: "take"; readonly folder: string }
  | {
      readonly do: "append";
      readonly call: number;
      readonly operations: readonly PackedOperation[];
      readonly bytes: number;
      /** After the call. */
      readonly unsynced: Unsynced | null;
    }
  /** An entry that the writer has encoded, which continues the log's end. */
  | { readonly do: "add"; readonly call: number; readonly entry: Entry; readonly bytes: number }
  | { readonly do: "read"; readonly seq: number }
  /** Makes a folder of the log's base, and the file that says how far it has come. */
  | { readonly do: "make"; readonly folder: string; readonly positionFile: string }
  | { readonly do: "leave" }
  | { readonly do: "drop" }
);

/** The last entry of a log. */
export interface Place {
  readonly seq: number;
  readonly digest: string;
}

export interface TakenLog {
  readonly end: Place;
  readonly folder: string;
  readonly known: readonly string[];
}

export type LogMessage = { readonly database: string } & (
  | { readonly taken: TakenLog }
  /** Everything that was appended up to this call is safe; `end` is the log's. */
  | { readonly confirmed: number; readonly end: Place }
  | { readonly parts: readonly Uint8Array[] }
  /** Number of the last entry that is in the folder; 0 where the log has no base. */
  | { readonly made: number }
  | { readonly dropped: true }
  /** The log can't be taken. */
  | { readonly failed: string; readonly isFenced: boolean }
);

/** What the parent of the process hears of each entry, beside the answers to its commands. */
export interface Confirmation {
  readonly database: string;
  /** The newest call that is in the entry. */
  readonly confirmed: number;
  /** Of the entry. */
  readonly bytes: number;
  /** Time from the first attempt to send it. */
  readonly ms: number;
  /** Bytes that wait now, in all logs of the process. */
  readonly waiting: number;
}

/** The same where no entry has become safe for a while. */
export type StillWaiting = Pick<Confirmation, "waiting">;
