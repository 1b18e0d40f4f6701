import type { components } from "../generated/schema.js";
import { type HistoryEntry, historyEntryOf } from "./history.js";
import { dateOf, maybeDate } from "./times.js";

export type BranchState = "Active" | "Merged" | "Deleted";

/** Changed rows by kind of change. */
export interface BranchChanges {
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

/** Facts about a branch that take longer to compute. */
export interface BranchDetails {
  /** Bytes of its file used by tables and indexes, and by history. */
  readonly dataBytes: number;
  readonly historyBytes: number;
  /** Rows that its own commits changed since its fork; null for main. */
  readonly changes: BranchChanges | null;
  /** The branch compared with its parent; null for main. */
  readonly divergence: {
    readonly parent: string;
    /** Commits that the parent doesn't contain. */
    readonly commitsAhead: number;
    /** Commits of the parent that the branch doesn't contain. */
    readonly commitsBehind: number;
    /** True if the branch contains everything that the parent does. */
    readonly canFastForward: boolean;
  } | null;
}

export interface Branch {
  readonly id: string;
  readonly name: string;
  /** A name for people. */
  readonly displayName: string | null;
  /** The owners' JSON object. */
  readonly metadata: Readonly<Record<string, unknown>>;
  /** Name of the parent; null for main. */
  readonly parent: string | null;
  readonly createdAt: Date;
  /** Time of the parent's commit that the branch forks from, in whole seconds. */
  readonly forkedAt: Date;
  readonly updatedAt: Date;
  /** When it is deleted automatically; null for never. */
  readonly expiresAt: Date | null;
  /** Only for a deleted branch. */
  readonly deletedAt?: Date;
  readonly state: BranchState;
  /** The newest commit of the branch. */
  readonly scn: number;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly readOnly: boolean;
  /** False while the branch follows its parent's head. */
  readonly isolated: boolean;
  readonly stats: {
    /** Rows of all tables. */
    readonly rows: number;
    readonly sizeBytes: number;
    readonly lastModified: Date;
  };
  /** In a list with `includeChanges`: rows that its own commits changed since its fork; null for main. */
  readonly changes?: BranchChanges | null;
  /** With `includeStats`. */
  readonly details?: BranchDetails;
  /** With `includeHistory`: the newest 10 commits. */
  readonly history?: readonly HistoryEntry[];
}

export interface BranchList {
  readonly total: number;
  readonly branches: readonly Branch[];
}

export function branchOf(wire: components["schemas"]["Branch"]): Branch {
  return {
    id: wire.id,
    name: wire.name,
    displayName: wire.display_name,
    metadata: wire.metadata,
    parent: wire.parent,
    createdAt: dateOf(wire.created_at),
    forkedAt: dateOf(wire.snapshot_id),
    updatedAt: dateOf(wire.updated_at),
    expiresAt: maybeDate(wire.expires_at),
    ...(wire.deleted_at !== undefined && { deletedAt: dateOf(wire.deleted_at) }),
    state: wire.state,
    scn: wire.scn,
    isDefault: wire.is_default,
    isProtected: wire.is_protected,
    readOnly: wire.read_only,
    isolated: wire.isolated,
    stats: {
      rows: wire.stats.total_keys,
      sizeBytes: wire.stats.size_bytes,
      lastModified: dateOf(wire.stats.last_modified),
    },
    ...(wire.changes !== undefined && { changes: wire.changes }),
    ...(wire.details && { details: detailsOf(wire.details) }),
    ...(wire.history && { history: wire.history.map(historyEntryOf) }),
  };
}

function detailsOf({ data_bytes, history_bytes, changes, divergence }: components["schemas"]["BranchDetails"]) {
  return {
    dataBytes: data_bytes,
    historyBytes: history_bytes,
    changes,
    divergence: divergence && {
      parent: divergence.parent,
      commitsAhead: divergence.commits_ahead,
      commitsBehind: divergence.commits_behind,
      canFastForward: divergence.can_fast_forward,
    },
  };
}
