import type { CommitKind, HistoryEntry, SnapshotInfo, TableChange } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord, TimelineRecord } from "../meta/records.js";

/** The columns of a `_helios_commits` row that history shows. */
export interface CommitRow {
  readonly scn: number;
  readonly ts: number;
  /** The timeline that it was made on. */
  readonly branch: string;
  readonly kind: CommitKind;
  readonly author: string;
  readonly message: string | null;
  /** JSON text. */
  readonly summary: string;
  /** "<branch id>@<scn>" of the merged source. */
  readonly merged: string | null;
}

export const COMMIT_COLUMNS = "scn, ts, branch, kind, author, message, summary, merged";

interface Summary {
  readonly statements: readonly string[];
  readonly tables: readonly TableChange[];
  readonly restored?: number;
}

/** An entry to which the snapshots of its SCN have yet to be added. */
export type BareEntry = Omit<HistoryEntry, "snapshots">;

export function entryOfCommit(branches: BranchTable, commit: CommitRow): BareEntry {
  const { statements, tables, restored } = JSON.parse(commit.summary) as Summary;
  return {
    scn: commit.scn,
    timestamp: commit.ts,
    kind: commit.kind,
    branch: nameOfBranch(branches.ownerOf(commit.branch)),
    author: commit.author,
    message: commit.message,
    statements,
    tables,
    merged: commit.merged === null ? null : mergedState(branches, commit.merged),
    restoredScn: restored ?? null,
  };
}

/** A reset leaves no commit: its only trace is the timeline that it began. */
export function entryOfReset(branch: BranchRecord, timeline: TimelineRecord): BareEntry {
  return {
    scn: timeline.since,
    timestamp: timeline.sinceAt,
    kind: "reset",
    branch: nameOfBranch(branch),
    author: timeline.author ?? "",
    message: timeline.message,
    statements: [`RESET to SCN ${timeline.fork}`],
    tables: [],
    merged: null,
    restoredScn: timeline.fork,
  };
}

export function withSnapshots(entry: BareEntry, snapshots: readonly SnapshotInfo[]): HistoryEntry {
  return { ...entry, snapshots: snapshots.filter((snapshot) => snapshot.scn === entry.scn) };
}

/** The name of a branch in an entry; null if the branch has been purged, so that it can't be read any more. */
export function nameOfBranch(branch: BranchRecord | null): { readonly id: string; readonly name: string } | null {
  return branch === null || branch.purgedAt !== null ? null : { id: branch.id, name: branch.name };
}

function mergedState(branches: BranchTable, merged: string): HistoryEntry["merged"] {
  const at = merged.lastIndexOf("@");
  const id = merged.slice(0, at);
  return { id, name: nameOfBranch(branches.byIdOrNull(id))?.name ?? null, scn: Number(merged.slice(at + 1)) };
}
