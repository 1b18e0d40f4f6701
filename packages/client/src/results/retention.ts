import type { components } from "../generated/schema.js";

/** How long history is kept. */
export interface RetentionSettings {
  /** History older than this is removed; null: without a limit. */
  readonly historySeconds: number | null;
  /** History of one branch beyond this size is removed, oldest first; null: without a limit. */
  readonly historyBytes: number | null;
  /** How long a deleted branch can be undeleted. */
  readonly deletedSeconds: number;
}

export function retentionOf(wire: components["schemas"]["Retention"]): RetentionSettings {
  return {
    historySeconds: wire.history_seconds,
    historyBytes: wire.history_bytes,
    deletedSeconds: wire.deleted_seconds,
  };
}
