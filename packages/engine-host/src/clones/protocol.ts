import type { CloneJob, ImportJob } from "@heliosdb/engine";
import type { FailedResponse } from "../process/worker-errors.js";

export type CloneStep = "copyFiles" | "finishFile" | "adoptFile";
/** Messages for the steps of a clone, or the single step of an import. */
export type HelperJob = CloneJob | ImportJob;

export interface HelperRequest {
  readonly id: number;
  readonly step: CloneStep;
  readonly job: HelperJob;
}

export type HelperResponse = { readonly id: number } & ({ readonly done: true } | FailedResponse);
