import { formatMicros, type MergeConflict } from "@heliosdb/port";
import type { MergeOutcome } from "../../../../merge/merge-outcome.js";
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
} from "../../../../schema/index.js";
import { isoTime, jsonValue, scn } from "../../schemas/values.js";
import { presentConflictValue } from "../shared/conflicts.js";
import { view } from "../view/view.js";

export const conflictSchema = named(
  "SpecMergeConflict",
  objectOf({
    table: text({ example: "users" }),
    row_id: nullable(
      text({
        description:
          "The key as text; as JSON array text if it is composite, or if its text could mean another row in conflict.",
        example: "123",
      }),
    ),
    column: nullable(text({ description: "Null if the whole row conflicts." })),
    base_value: jsonValue,
    source_value: jsonValue,
    target_value: jsonValue,
    conflict_type: word(["update_update", "update_delete", "delete_update", "insert_insert", "schema", "constraint"]),
    resolution: nullable(
      word(["source", "target", "value"], {
        description: "The side whose value was taken, or `value` for one from `resolutions`; null if unresolved.",
      }),
    ),
    resolved_value: jsonValue,
    message: optional(text()),
  }),
);

export function presentConflict(conflict: MergeConflict) {
  return {
    table: conflict.table,
    row_id: conflict.rowId,
    column: conflict.column,
    base_value: presentConflictValue(conflict.base),
    source_value: presentConflictValue(conflict.source),
    target_value: presentConflictValue(conflict.target),
    conflict_type: conflict.type,
    resolution: conflict.resolution,
    resolved_value: presentConflictValue(conflict.resolved),
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
      changes_merged: integer({ description: "Rows and schema objects merged without a conflict." }),
      conflicts_resolved: integer(),
      conflicts: listOf(conflictSchema),
      conflict_count: integer({ description: "Number of all conflicts; at most 1,000 are listed." }),
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
