import type {
  CloneJob,
  ControlOperation,
  CopyRequest,
  ImportJob,
  Outcome,
  TransactionEnd,
  WriteOperation,
} from "@heliosdb/engine";
import type { ExportRequest, ImportRequest, TransactionOperation } from "@heliosdb/port";
import type { FailedResponse } from "../process/worker-errors.js";

/** Messages to a writer process about one database. It has one command at a time. */
export type WriterCommand =
  | { readonly do: "open" }
  | { readonly do: "write"; readonly operations: readonly WriteOperation[] }
  | { readonly do: "control"; readonly operation: ControlOperation }
  | { readonly do: "outcome"; readonly operation: WriteOperation | ControlOperation }
  | { readonly do: "inTransaction"; readonly transaction: string; readonly operation: TransactionOperation }
  | { readonly do: "endTransaction"; readonly transaction: string; readonly end: TransactionEnd }
  | { readonly do: "prepareCopy"; readonly request: CopyRequest }
  | { readonly do: "prepareExport"; readonly request: ExportRequest }
  | { readonly do: "prepareImport"; readonly request: ImportRequest; readonly path: string }
  | { readonly do: "importBranch"; readonly job: ImportJob; readonly request: ImportRequest }
  | { readonly do: "maintain"; readonly budgetMs: number }
  | { readonly do: "copied" | "finish" | "abort"; readonly job: CloneJob }
  | { readonly do: "close" }
  /** Closes the database, which is to be deleted. */
  | { readonly do: "drop" };

/** Calls of a writer process are numbered over all its databases. */
export interface LogState {
  readonly last: number;
  readonly confirmed: number;
  /** All commits up to this SCN were safe before the database was opened. */
  readonly scnAtOpening: number;
}

export type WriterRequest = { readonly id: number; readonly database: string } & WriterCommand;

/** `notes` are the findings of opening the database, sent with the first result after it. */
export type WriterResponse = {
  readonly id: number;
  readonly notes?: readonly string[];
  /** With a log: the newest call that is in it, or on its way, and up to which call it is safe. */
  readonly log?: LogState;
  /** Branch files to which large commits were written. */
  readonly grown?: readonly string[];
} /** Null for an operation that was not run and is to be sent again. */ & (
  | { readonly outcomes: readonly (Outcome<unknown> | null)[] }
  /** Null if there is no result to return. */
  | { readonly result: unknown }
  /**
   * Nothing was written: first this file must be cloned. `job` belongs to an import that changes the clone before it is
   * used.
   */
  | { readonly clone: CloneJob; readonly job?: ImportJob }
  /** Nothing was done: a transaction is open in a file that it needs. Send it again when one has ended. */
  | { readonly busy: true }
  | FailedResponse
);
