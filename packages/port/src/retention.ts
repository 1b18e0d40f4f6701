import type { Repeatable } from "./repeatable.js";

/** How long history is kept, for a whole database. Null: without a limit. */
export interface Retention {
  /** History older than this is removed. */
  readonly historyMs: number | null;
  /** History of one branch beyond this size is removed, oldest first. */
  readonly historyBytes: number | null;
  /** How long a deleted branch can be undeleted. */
  readonly deletedMs: number;
}

/** Absent fields are left unchanged. */
export type SetRetention = Partial<Retention> & Repeatable;
