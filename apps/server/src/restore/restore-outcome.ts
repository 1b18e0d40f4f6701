import type { RestoreResult } from "@heliosdb/port";

export interface RestoreOutcome {
  readonly branch: string;
  readonly result: RestoreResult;
}
