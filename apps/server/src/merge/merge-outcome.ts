import type { MergeResult, MergeStrategy } from "@heliosdb/port";

export interface MergeOutcome {
  readonly source: string;
  readonly target: string;
  readonly strategy: MergeStrategy;
  readonly result: MergeResult;
}
