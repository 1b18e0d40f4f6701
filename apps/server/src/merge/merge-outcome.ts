import type { MergeResolution, MergeResult, MergeStrategy } from "@heliosdb/port";

export interface MergeOutcome {
  readonly source: string;
  readonly target: string;
  readonly strategy: MergeStrategy;
  /** Those of the request. */
  readonly resolutions: readonly MergeResolution[];
  readonly result: MergeResult;
}
