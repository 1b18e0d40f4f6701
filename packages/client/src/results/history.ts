import type { components } from "../generated/schema.js";
import { type TableChange, tableChangeOf } from "./table-change.js";
import { dateOf } from "./times.js";

export type CommitType = components["schemas"]["CommitType"];

/** One commit. */
export interface HistoryEntry {
  /** Names the commit as a point in time: `tx_42`. */
  readonly id: string;
  readonly type: CommitType;
  readonly scn: number;
  readonly timestamp: Date;
  /** The branch that it was made on; null if that has been purged. */
  readonly branch: string | null;
  /** The user whose key or token made it. */
  readonly author: string;
  readonly message: string | null;
  /** The change, on one line. */
  readonly summary: string;
  readonly statements: readonly string[];
  readonly tables: readonly TableChange[];
  /** For a merge: the merged state. */
  readonly mergedFrom?: { readonly branch: string | null; readonly branchId: string; readonly scn: number };
  /** For a restore or reset: the commit whose state it restored. */
  readonly restoredScn?: number;
  /** Snapshots of this state. */
  readonly snapshots?: readonly {
    readonly id: string;
    readonly name: string | null;
    readonly type: "manual" | "automatic";
  }[];
}

export interface HistoryPage {
  /** Newest first. */
  readonly entries: readonly HistoryEntry[];
  /** The `cursor` of the next page; null on the last. */
  readonly nextCursor: string | null;
  /** True if retention removed earlier history. */
  readonly truncated: boolean;
}

export function historyPageOf(wire: components["schemas"]["BranchHistory"]): HistoryPage {
  return {
    entries: wire.history.map(historyEntryOf),
    nextCursor: wire.next_cursor,
    truncated: wire.truncated,
  };
}

export function historyEntryOf(wire: components["schemas"]["HistoryEntry"]): HistoryEntry {
  const { merged_from: merged, restored_scn, snapshots } = wire;
  return {
    id: wire.id,
    type: wire.type,
    scn: wire.scn,
    timestamp: dateOf(wire.timestamp),
    branch: wire.branch,
    author: wire.author,
    message: wire.message,
    summary: wire.summary,
    statements: wire.statements,
    tables: wire.tables.map(tableChangeOf),
    ...(merged && { mergedFrom: { branch: merged.branch, branchId: merged.branch_id, scn: merged.scn } }),
    ...(restored_scn !== undefined && { restoredScn: restored_scn }),
    ...(snapshots && { snapshots: snapshots.map(({ id, name, type }) => ({ id, name, type })) }),
  };
}
