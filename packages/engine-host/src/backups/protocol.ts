import type { CopiedFiles } from "@heliosdb/engine";
import type { FailedResponse } from "../process/worker-errors.js";

/** Messages to the backup process. It has one request at a time. */
export type BackupRequest =
  | { readonly hold: "file" | "database"; readonly source: string; readonly target: string }
  | { readonly copy: true };

/** The result is null for a request that pins files. */
export type BackupResponse = { readonly result: CopiedFiles | null } | FailedResponse;
