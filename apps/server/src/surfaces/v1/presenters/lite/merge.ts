import type { MergeConflict } from "@heliosdb/port";
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
import { epochSeconds, jsonValue, scn } from "../../schemas/values.js";
import { presentConflictValue } from "../shared/conflicts.js";
import { toSeconds } from "../view/times.js";
import { view } from "../view/view.js";

/** How a conflict was resolved, in the tutorial's words for strategies; it has none for a value given by the caller. */
const DECISIONS = { source: "Theirs", target: "Ours", value: "Value" } as const;

export const conflictSchema = named(
  "MergeConflict",
  objectOf({
    key: text({ description: "Table and key.", example: "users:123" }),
    table: text({ example: "users" }),
    row_id: nullable(
      text({
        description:
          "The key as text; as JSON array text if it is composite, or if its text could mean another row in conflict.",
      }),
    ),
    column: nullable(text({ description: "Null if the whole row conflicts." })),
    conflict_type: word(["update_update", "update_delete", "delete_update", "insert_insert", "schema", "constraint"]),
    base_value: jsonValue,
    source_value: jsonValue,
    target_value: jsonValue,
    resolution: nullable(
      word(["Auto", ...Object.values(DECISIONS)], {
        description: "`Auto`: the newer write won. `Value`: a value from `resolutions`. Null if unresolved.",
      }),
    ),
    resolved_value: jsonValue,
    message: optional(text()),
  }),
);

/** `isAuto`: a decision of the strategy means that the newer write won. */
export function presentConflict(conflict: MergeConflict, isAuto: boolean) {
  const { resolution, decidedBy } = conflict;
  return {
    key: conflict.rowId === null ? conflict.table : `${conflict.table}:${conflict.rowId}`,
    table: conflict.table,
    row_id: conflict.rowId,
    column: conflict.column,
    conflict_type: conflict.type,
    base_value: presentConflictValue(conflict.base),
    source_value: presentConflictValue(conflict.source),
    target_value: presentConflictValue(conflict.target),
    resolution:
      resolution === null ? null : isAuto && decidedBy === "strategy" ? ("Auto" as const) : DECISIONS[resolution],
    resolved_value: presentConflictValue(conflict.resolved),
    ...(conflict.message !== undefined && { message: conflict.message }),
  };
}

export const merge = view(
  named(
    "MergeResult",
    objectOf({
      merge_timestamp: epochSeconds,
      merged_keys: integer({ description: "Rows and schema objects merged without a conflict.", example: 30 }),
      conflicts: listOf(conflictSchema),
      conflict_count: integer({ description: "Number of all conflicts; at most 1,000 are listed." }),
      completed: boolean({ description: "False for a dry run, which changes nothing." }),
      message: text({
        example: "Successfully merged 30 keys from 'feature-user-auth' into 'main' with no conflicts",
      }),
      scn: described("The target's newest commit.", scn),
      source_deleted: boolean(),
    }),
  ),
  ({ strategy, result, ...outcome }: MergeOutcome) => ({
    merge_timestamp: toSeconds(result.timestamp),
    merged_keys: result.merged,
    conflicts: result.conflicts.map((conflict) => presentConflict(conflict, strategy === "auto")),
    conflict_count: result.conflictCount,
    completed: !result.dryRun,
    message: mergeMessage({ ...outcome, result }),
    scn: result.scn,
    source_deleted: result.sourceDeleted,
  }),
);

/** The tutorial's own message; the plural is kept for every number, so that the text can be matched. */
function mergeMessage({ source, target, result }: Pick<MergeOutcome, "source" | "target" | "result">): string {
  const unresolved = result.conflicts.some((conflict) => conflict.resolution === null);
  const conflicts =
    result.conflictCount === 0
      ? "no conflicts"
      : `${result.conflictCount} conflicts ${unresolved ? "to resolve" : "resolved"}`;
  const done = result.dryRun ? "Dry run: would merge" : "Successfully merged";
  return `${done} ${result.merged} keys from '${source}' into '${target}' with ${conflicts}`;
}
