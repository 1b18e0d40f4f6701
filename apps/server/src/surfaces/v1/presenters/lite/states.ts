import type { BranchState } from "@heliosdb/port";

/** States of a branch, in the tutorial's words. */
export const STATES = { active: "Active", merged: "Merged", deleted: "Deleted" } as const satisfies Record<
  BranchState,
  string
>;
