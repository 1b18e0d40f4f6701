import type { BranchRef } from "./branches.js";
import type { MergeConflict } from "./conflict.js";
import type { Deadline } from "./query.js";
import type { Repeatable } from "./repeatable.js";
import type { RowObject, Value } from "./values.js";
import type { CommitInfo } from "./writes.js";

/**
 * auto: the newer write of a row wins, but two rows that both sides inserted under one rowid are left to the caller;
 * target: the target's value; source: the source's value; manual: fail and list every conflict; abort: fail on the
 * first.
 */
export type MergeStrategy = "auto" | "target" | "source" | "manual" | "abort";

export interface MergeRequest extends Repeatable {
  readonly source: BranchRef;
  readonly target: BranchRef;
  readonly strategy: MergeStrategy;
  readonly dryRun?: boolean;
  readonly ifTargetScn?: number;
  readonly deleteSource?: boolean;
  /** Resolutions of single conflicts, whatever the strategy. */
  readonly resolutions?: readonly MergeResolution[];
  readonly author: string;
  readonly message?: string;
  readonly deadlineMs?: Deadline;
}

/**
 * Resolves one conflict. For a row, `key` is its key as in the conflict's `rowId`, and `column` one column, or absent
 * for the whole row. For the schema, both are absent, and `table` is the object that the conflict names.
 */
export interface MergeResolution {
  readonly table: string;
  readonly key?: Value | readonly Value[];
  readonly column?: string;
  readonly use: "source" | "target" | "value";
  /** With `use: "value"`: the value of a column; for a row, all its columns by name, or null for "no row". */
  readonly value?: Value | RowObject;
}

export interface MergeResult extends CommitInfo {
  /** Rows (and schema objects) applied without a conflict. */
  readonly merged: number;
  /** Conflicts that the strategy resolved. */
  readonly conflicts: readonly MergeConflict[];
  readonly conflictCount: number;
  readonly sourceDeleted: boolean;
  readonly sourceScn: number;
  readonly dryRun: boolean;
}
