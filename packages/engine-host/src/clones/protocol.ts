import type { CloneJob } from "@heliosdb/engine";
import type { FailedAnswer } from "../process/worker-errors.js";

export type CloneStep = "copyFiles" | "finishFile";

export interface HelperRequest {
  readonly id: number;
  readonly step: CloneStep;
  readonly job: CloneJob;
}

export type HelperAnswer = { readonly id: number } & ({ readonly done: true } | FailedAnswer);
