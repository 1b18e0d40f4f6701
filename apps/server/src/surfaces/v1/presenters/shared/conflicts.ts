import type { ErrorData, Json, MergeConflict } from "@heliosdb/port";

/**
 * The machine data of an error with its conflicts in a dialect's words. The port sends them as it has them in a
 * MergeResult.
 */
export function withConflicts(data: ErrorData, present: (conflict: MergeConflict) => object): { [name: string]: Json } {
  const { conflicts, ...others } = data;
  if (!Array.isArray(conflicts)) return { ...data };
  return { ...others, conflicts: (conflicts as unknown as MergeConflict[]).map(present) as unknown as Json };
}
