import type { BranchInfo, HistoryEntry } from "@heliosdb/port";

/** One page of branches; without a page in the request, `limit` is the number of all branches. */
export interface BranchPage {
  readonly branches: readonly BranchInfo[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
}

/** A branch, with its newest commits if requested. */
export interface BranchView extends BranchInfo {
  readonly recentHistory?: readonly HistoryEntry[];
}
