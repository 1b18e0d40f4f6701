import type { BranchInfo, BranchRef } from "./branches.js";
import type { TableChange } from "./history.js";
import type { PointInTime } from "./point.js";
import type { Deadline } from "./query.js";
import type { Repeatable } from "./repeatable.js";
import type { CommitInfo } from "./writes.js";

/** Restores a branch's rows and schema to a point in time, by one commit; everything after it stays in the history. */
export interface RestoreRequest extends Repeatable {
  readonly branch: BranchRef;
  readonly at: PointInTime;
  /** Makes a branch of the state before; default name `<branch>-backup-<scn>`. */
  readonly backup?: { readonly name?: string };
  readonly dryRun?: boolean;
  readonly ifScn?: number;
  readonly author: string;
  readonly message?: string;
  readonly deadlineMs?: Deadline;
}

export interface RestoreResult extends CommitInfo {
  readonly restoredScn: number;
  readonly backup: BranchInfo | null;
  /** Changes of the restore; in a dry run, the changes it would make. */
  readonly tables: readonly TableChange[];
  readonly dryRun: boolean;
}
