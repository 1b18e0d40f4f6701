import type { components } from "../generated/schema.js";
import { dateOf } from "./times.js";

/** One value that both branches changed. */
export interface MergeConflict {
  /** Table and key: `users:123`. */
  readonly key: string;
  readonly table: string;
  /** The key as text; as JSON array text if it is composite, or if its text could mean another row in conflict. */
  readonly rowId: string | null;
  /** Null if the whole row is in conflict, for example because one side deleted it. */
  readonly column: string | null;
  readonly conflictType: components["schemas"]["MergeConflict"]["conflict_type"];
  readonly baseValue: unknown;
  readonly sourceValue: unknown;
  readonly targetValue: unknown;
  /** The strategy or the resolution that decided it; null while unresolved. */
  readonly resolution: string | null;
  readonly resolvedValue: unknown;
  /** More information, if there is any. */
  readonly message?: string;
}

export interface MergeResult {
  readonly mergedAt: Date;
  /** Rows and schema objects merged without a conflict. */
  readonly mergedKeys: number;
  readonly conflicts: readonly MergeConflict[];
  /** Number of all conflicts; at most 1,000 are listed. */
  readonly conflictCount: number;
  /** False for a dry run, which changes nothing. */
  readonly completed: boolean;
  readonly message: string;
  /** The target's newest commit. */
  readonly scn: number;
  readonly sourceDeleted: boolean;
}

export function mergeResultOf(wire: components["schemas"]["MergeResult"]): MergeResult {
  return {
    mergedAt: dateOf(wire.merge_timestamp),
    mergedKeys: wire.merged_keys,
    conflicts: wire.conflicts.map(conflictOf),
    conflictCount: wire.conflict_count,
    completed: wire.completed,
    message: wire.message,
    scn: wire.scn,
    sourceDeleted: wire.source_deleted,
  };
}

function conflictOf(wire: components["schemas"]["MergeConflict"]): MergeConflict {
  return {
    key: wire.key,
    table: wire.table,
    rowId: wire.row_id,
    column: wire.column,
    conflictType: wire.conflict_type,
    baseValue: wire.base_value,
    sourceValue: wire.source_value,
    targetValue: wire.target_value,
    resolution: wire.resolution,
    resolvedValue: wire.resolved_value,
    ...(wire.message !== undefined && { message: wire.message }),
  };
}
