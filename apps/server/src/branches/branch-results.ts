import type { BranchInfo, HistoryEntry } from "@heliosdb/port";

/** One page of branches; `limit` is the number of all of them where no page was asked for. */
export interface BranchPage {
  readonly branches: readonly BranchInfo[];
  readonly total: number;
  readonly page: number;
  readonly limit: number;
}

/** A branch, with its newest commits where they were asked for. */
export interface BranchView extends BranchInfo {
  readonly recentHistory?: readonly HistoryEntry[];
}
