import { type BranchInfo, type BranchState, type MergeConflict, type MergeStrategy } from "@heliosdb/port";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  text,
  word,
} from "../../shape/index.js";
import { epochSeconds, jsonValue, scn } from "../../values/shapes.js";
import type { BranchPage, DeletedBranch, MergeOutcome } from "../domain.js";
import { toSeconds } from "../times.js";
import { type View, view } from "../view.js";

const STATES = { active: "Active", merged: "Merged", deleted: "Deleted" } as const satisfies Record<
  BranchState,
  string
>;
/** Abort has no word in the tutorial; like the others it is named after what it does. */
const STRATEGIES = {
  auto: "Auto",
  target: "Ours",
  source: "Theirs",
  manual: "Manual",
  abort: "Abort",
} as const satisfies Record<MergeStrategy, string>;

const branchShape = named(
  "Branch",
  objectOf({
    id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
    name: text({ example: "feature-user-auth" }),
    parent: nullable(text({ description: "Name of the parent; null for main.", example: "main" })),
    created_at: epochSeconds,
    snapshot_id: described("The second of the commit that the branch forks from.", epochSeconds),
    state: word(Object.values(STATES)),
    stats: objectOf({
      total_keys: integer({ description: "Rows of all tables." }),
      size_bytes: integer({ format: "int64" }),
      last_modified: epochSeconds,
    }),
    scn: described("The newest commit that the branch sees.", scn),
    is_default: boolean(),
    is_protected: boolean(),
    read_only: boolean(),
    isolated: boolean({ description: "False while the branch follows its parent's head." }),
    updated_at: epochSeconds,
  }),
);

function presentBranch(branch: BranchInfo) {
  return {
    id: branch.id,
    name: branch.name,
    parent: branch.parent?.name ?? null,
    created_at: toSeconds(branch.createdAt),
    snapshot_id: toSeconds(branch.forkAt),
    state: STATES[branch.state],
    stats: {
      total_keys: branch.stats.rows,
      size_bytes: branch.stats.sizeBytes,
      last_modified: toSeconds(branch.stats.lastModified),
    },
    scn: branch.headScn,
    is_default: branch.isDefault,
    is_protected: branch.isProtected,
    read_only: branch.readOnly,
    isolated: branch.isolated,
    updated_at: toSeconds(branch.stats.lastModified),
  };
}

export const branch = view(branchShape, presentBranch);

export const branchList = view(
  named("BranchList", objectOf({ total: integer(), branches: listOf(branchShape) })),
  (page: BranchPage) => ({ total: page.total, branches: page.branches.map(presentBranch) }),
);

/** The tutorial answers a deletion with nothing at all. */
export const deletedBranch: View<DeletedBranch> = { shape: null, status: 204, present: () => undefined };

export const conflictShape = named(
  "MergeConflict",
  objectOf({
    key: text({ description: "Table and key.", example: "users:123" }),
    table: text({ example: "users" }),
    row_id: nullable(text({ description: "The key as text; a composite one as JSON array text." })),
    column: nullable(text({ description: "Null where the whole row is in conflict." })),
    conflict_type: word(["update_update", "update_delete", "delete_update", "insert_insert", "schema", "constraint"]),
    base_value: jsonValue,
    source_value: jsonValue,
    target_value: jsonValue,
    resolution: nullable(word(Object.values(STRATEGIES), { description: "Null while unresolved." })),
    resolved_value: jsonValue,
    message: optional(text()),
  }),
);

export function presentConflict(conflict: MergeConflict, strategy: MergeStrategy | null) {
  return {
    key: conflict.rowId === null ? conflict.table : `${conflict.table}:${conflict.rowId}`,
    table: conflict.table,
    row_id: conflict.rowId,
    column: conflict.column,
    conflict_type: conflict.type,
    base_value: conflict.base,
    source_value: conflict.source,
    target_value: conflict.target,
    resolution: conflict.resolution === null || strategy === null ? null : STRATEGIES[strategy],
    resolved_value: conflict.resolved,
    ...(conflict.message !== undefined && { message: conflict.message }),
  };
}

export const merge = view(
  named(
    "MergeResult",
    objectOf({
      merge_timestamp: epochSeconds,
      merged_keys: integer({ description: "Rows and schema objects applied without a conflict.", example: 30 }),
      conflicts: listOf(conflictShape),
      conflict_count: integer({ description: "All conflicts, of which at most 1,000 are listed." }),
      completed: boolean({ description: "False for a dry run, which changes nothing." }),
      message: text({
        example: "Successfully merged 30 keys from 'feature-user-auth' into 'main' with no conflicts",
      }),
      scn: described("The target's newest commit.", scn),
      source_deleted: boolean(),
    }),
  ),
  (outcome: MergeOutcome) => ({
    merge_timestamp: toSeconds(outcome.result.timestamp),
    merged_keys: outcome.result.merged,
    conflicts: outcome.result.conflicts.map((conflict) => presentConflict(conflict, outcome.strategy)),
    conflict_count: outcome.result.conflictCount,
    completed: !outcome.result.dryRun,
    message: mergeMessage(outcome),
    scn: outcome.result.scn,
    source_deleted: outcome.result.sourceDeleted,
  }),
);

/** The tutorial's own words; its plurals are kept for every number, so that the text can be matched. */
function mergeMessage({ source, target, result }: MergeOutcome): string {
  const unresolved = result.conflicts.some((conflict) => conflict.resolution === null);
  const conflicts =
    result.conflictCount === 0
      ? "no conflicts"
      : `${result.conflictCount} conflicts ${unresolved ? "to resolve" : "resolved"}`;
  const done = result.dryRun ? "Dry run: would merge" : "Successfully merged";
  return `${done} ${result.merged} keys from '${source}' into '${target}' with ${conflicts}`;
}
