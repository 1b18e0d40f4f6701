import type { ExecuteResult } from "@heliosdb/port";

export interface Executed {
  readonly branch: string;
  readonly result: ExecuteResult;
}
