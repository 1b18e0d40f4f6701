import { type Value, wireRow, wireValue } from "../arguments/values.js";
import type { components } from "../generated/schema.js";
import type { RepeatableOptions } from "../transport/options.js";

/** Strategy for values that both branches changed. */
export type ConflictResolution =
  | "auto"
  | "ours"
  | "theirs"
  | "source_wins"
  | "target_wins"
  | "manual"
  | "abort"
  | "Auto"
  | "Ours"
  | "Theirs"
  | "Manual";

interface ResolvedRow {
  /** The conflict's `table`. */
  readonly table: string;
  /** The conflict's `rowId`, or the row's key; a list for a composite one. Absent for a schema conflict. */
  readonly key?: Value | readonly Value[];
}

/** The decision about one conflict; without a column, about the whole row. */
export type MergeResolution =
  | (ResolvedRow & { readonly column?: string; readonly use: "source" | "target" })
  | (ResolvedRow & { readonly column: string; readonly use: "value"; readonly value: Value })
  | (ResolvedRow & {
      readonly column?: undefined;
      readonly use: "value";
      /** All its columns, or null to have no such row. */
      readonly value: Readonly<Record<string, Value>> | null;
    });

export interface MergeBranch extends RepeatableOptions {
  /** Name or id of the branch to merge into. */
  readonly targetBranch: string;
  /**
   * Default `auto`: the newer write wins. `source_wins` (`theirs`), `target_wins` (`ours`); `manual` fails with every
   * conflict listed in the error's details, `abort` on the first.
   */
  readonly conflictResolution?: ConflictResolution;
  /** Resolutions of single conflicts, whatever the strategy. A resolution that doesn't name a conflict is refused. */
  readonly resolutions?: readonly MergeResolution[];
  /** Delete the source in the same step. */
  readonly deleteAfterMerge?: boolean;
  /** For the target's history. */
  readonly message?: string;
  /** Report the result without changing anything. */
  readonly dryRun?: boolean;
  /** Fail with `TARGET_MOVED` if the target has a newer commit than this. */
  readonly ifTargetScn?: number;
}

/** @internal */
export function mergeBody(request: MergeBranch): components["schemas"]["MergeRequest"] {
  return {
    target: request.targetBranch,
    strategy: strategyOf(request.conflictResolution),
    resolutions: request.resolutions?.map(wireResolution),
    delete_source_after_merge: request.deleteAfterMerge,
    merge_message: request.message,
    dry_run: request.dryRun,
    if_target_scn: request.ifTargetScn,
  };
}

function wireResolution(resolution: MergeResolution): components["schemas"]["MergeResolution"] {
  const { table, key, column, use } = resolution;
  const wireKey = key === undefined ? undefined : wireKeyOf(key);
  if (use !== "value") return { table, key: wireKey, column, use };
  if (resolution.column !== undefined) return { table, key: wireKey, column, use, value: wireValue(resolution.value) };
  return { table, key: wireKey, use, value: resolution.value && wireRow(resolution.value) };
}

function wireKeyOf(key: Value | readonly Value[]): components["schemas"]["MergeResolution"]["key"] {
  if (isList(key)) return key.map(wireValue) as components["schemas"]["Parameter"][];
  const value = wireValue(key);
  if (value === null) throw new TypeError("Invalid key null in a resolution. Expected the key of a conflict.");
  return typeof value === "object" ? { ...value } : value;
}

function isList(key: Value | readonly Value[]): key is readonly Value[] {
  return Array.isArray(key);
}

/** The API's document has each word in one letter case; the server accepts any. */
function strategyOf(word: ConflictResolution | undefined) {
  if (word === "auto") return "Auto";
  if (word === "ours") return "Ours";
  return word === "theirs" ? "Theirs" : word;
}
