import { type BranchInfo, formatMicros, type MergeConflict, snapshotId } from "@heliosdb/port";
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
import { isoTime, jsonValue, scn } from "../../values/shapes.js";
import type { BranchPage, DeletedBranch, MergeOutcome } from "../domain.js";
import { view } from "../view.js";

const branchShape = named(
  "SpecBranch",
  objectOf({
    id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
    name: text({ example: "feature-auth" }),
    status: word(["active", "merged", "deleted"]),
    is_default: boolean(),
    is_protected: boolean(),
    read_only: boolean(),
    isolated: boolean({ description: "False while the branch follows its parent's head." }),
    source_branch: optional(text({ description: "Absent for main.", example: "main" })),
    source_snapshot: optional(text({ description: "The commit that the branch forks from.", example: "snap_2a" })),
    created_at: isoTime,
    updated_at: isoTime,
    stats: objectOf({ tables: integer(), rows: integer(), size_bytes: integer({ format: "int64" }) }),
    scn: described("The newest commit that the branch sees.", scn),
  }),
);

function presentBranch(branch: BranchInfo) {
  return {
    id: branch.id,
    name: branch.name,
    status: branch.state,
    is_default: branch.isDefault,
    is_protected: branch.isProtected,
    read_only: branch.readOnly,
    isolated: branch.isolated,
    ...(branch.parent && { source_branch: branch.parent.name, source_snapshot: snapshotId(branch.forkScn) }),
    created_at: formatMicros(branch.createdAt),
    updated_at: formatMicros(branch.stats.lastModified),
    stats: { tables: branch.stats.tables, rows: branch.stats.rows, size_bytes: branch.stats.sizeBytes },
    scn: branch.headScn,
  };
}

export const branch = view(branchShape, presentBranch);

export const pagination = named(
  "Pagination",
  objectOf({
    page: integer(),
    limit: integer(),
    total: optional(integer()),
    total_pages: optional(integer()),
  }),
);

export const branchList = view(
  named("SpecBranchList", objectOf({ branches: listOf(branchShape), pagination })),
  ({ branches, page, limit, total }: BranchPage) => ({
    branches: branches.map(presentBranch),
    pagination: { page, limit, total, total_pages: Math.ceil(total / Math.max(limit, 1)) },
  }),
);

export const deletedBranch = view(
  named("SpecDeletedBranch", objectOf({ deleted: boolean(), branch_name: text(), deleted_at: isoTime })),
  ({ branch: { name }, deletedAt }: DeletedBranch) => ({
    deleted: true,
    branch_name: name,
    deleted_at: formatMicros(deletedAt),
  }),
);

export const conflictShape = named(
  "SpecMergeConflict",
  objectOf({
    table: text({ example: "users" }),
    row_id: nullable(text({ description: "The key as text; a composite one as JSON array text.", example: "123" })),
    column: nullable(text({ description: "Null where the whole row is in conflict." })),
    base_value: jsonValue,
    source_value: jsonValue,
    target_value: jsonValue,
    conflict_type: word(["update_update", "update_delete", "delete_update", "insert_insert", "schema", "constraint"]),
    resolution: nullable(word(["source", "target"], { description: "Whose value was taken; null while unresolved." })),
    resolved_value: jsonValue,
    message: optional(text()),
  }),
);

export function presentConflict(conflict: MergeConflict) {
  return {
    table: conflict.table,
    row_id: conflict.rowId,
    column: conflict.column,
    base_value: conflict.base,
    source_value: conflict.source,
    target_value: conflict.target,
    conflict_type: conflict.type,
    resolution: conflict.resolution,
    resolved_value: conflict.resolved,
    ...(conflict.message !== undefined && { message: conflict.message }),
  };
}

export const merge = view(
  named(
    "SpecMergeResult",
    objectOf({
      status: word(["merged", "dry_run"]),
      source_branch: text(),
      target_branch: text(),
      merge_commit: text({ example: "mc_2b" }),
      changes_merged: integer({ description: "Rows and schema objects applied without a conflict." }),
      conflicts_resolved: integer(),
      conflicts: listOf(conflictShape),
      conflict_count: integer({ description: "All conflicts, of which at most 1,000 are listed." }),
      source_deleted: boolean(),
      merged_at: isoTime,
      scn: described("The target's newest commit.", scn),
    }),
  ),
  ({ source, target, result }: MergeOutcome) => ({
    status: result.dryRun ? ("dry_run" as const) : ("merged" as const),
    source_branch: source,
    target_branch: target,
    merge_commit: `mc_${result.scn.toString(36)}`,
    changes_merged: result.merged,
    conflicts_resolved: result.conflictCount - result.conflicts.filter((one) => one.resolution === null).length,
    conflicts: result.conflicts.map(presentConflict),
    conflict_count: result.conflictCount,
    source_deleted: result.sourceDeleted,
    merged_at: formatMicros(result.timestamp),
    scn: result.scn,
  }),
);
