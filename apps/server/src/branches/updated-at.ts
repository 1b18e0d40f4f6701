import type { BranchInfo } from "@heliosdb/port";

/** When a branch last changed: its rows or its settings. */
export function updatedAt(branch: BranchInfo): number {
  return Math.max(branch.updatedAt, branch.stats.lastModified);
}
