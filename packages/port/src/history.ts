import type { BranchRef } from "./branches.js";
import type { Deadline } from "./query.js";
import type { SnapshotInfo } from "./snapshots.js";
import type { RowColumn, RowObject, Value } from "./values.js";

export const COMMIT_KINDS = ["init", "write", "ddl", "merge", "restore", "reset", "import"] as const;
export type CommitKind = (typeof COMMIT_KINDS)[number];

/** Changes of one commit to one table. A row whose key changed counts as one deleted and one inserted. */
export interface TableChange {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface HistoryRequest {
  readonly branch: BranchRef;
  /** Only commits between these times (µs since 1970, both inclusive). */
  readonly from?: number;
  readonly until?: number;
  /** Only commits of these kinds. */
  readonly kinds?: readonly CommitKind[];
  /** Only commits that changed rows of this table. */
  readonly table?: string;
  readonly author?: string;
  readonly limit: number;
  /** Only commits before this SCN: `next` of the previous page. */
  readonly before?: number;
  readonly deadlineMs?: Deadline;
}

/** One commit in a branch's lineage: its own, or one of an ancestor before the fork. */
export interface HistoryEntry {
  readonly scn: number;
  readonly timestamp: number;
  readonly kind: CommitKind;
  /** The branch that it was made on; null if that has been purged. */
  readonly branch: { readonly id: string; readonly name: string } | null;
  readonly author: string;
  readonly message: string | null;
  /** Lines such as "INSERT INTO users (5 rows)". */
  readonly statements: readonly string[];
  readonly tables: readonly TableChange[];
  /** For a merge: the source branch and the merged state. */
  readonly merged: { readonly id: string; readonly name: string | null; readonly scn: number } | null;
  /** For a restore or reset: the SCN whose state it restored. */
  readonly restoredScn: number | null;
  /** Snapshots of the state after this commit. */
  readonly snapshots: readonly SnapshotInfo[];
}

/** Newest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** `before` of the next page; null at the end. */
  readonly next: number | null;
  /** Retention removed earlier history. */
  readonly truncated: boolean;
}

export interface RowHistoryRequest {
  readonly branch: BranchRef;
  readonly table: string;
  /** The primary key (its values in key order), or the rowid of a table that declares none. */
  readonly key: readonly Value[];
  readonly limit: number;
  readonly before?: number;
  readonly deadlineMs?: Deadline;
}

/** A row as a commit left it. */
export interface RowVersion {
  readonly scn: number;
  readonly timestamp: number;
  /** `existing`: the row existed at the beginning of the kept history. */
  readonly kind: "insert" | "update" | "delete" | "existing";
  readonly author: string;
  readonly message: string | null;
  readonly branch: { readonly id: string; readonly name: string } | null;
  /** By column; null after a delete. */
  readonly row: RowObject | null;
  /** Columns whose value the commit changed; all for an insert, none for a delete. */
  readonly changed: readonly string[];
}

/** Newest first. */
export interface RowHistoryPage {
  readonly table: string;
  readonly key: readonly Value[];
  /** Columns of all versions on the page; if a column changed, as it is in the newest. */
  readonly columns: readonly RowColumn[];
  readonly versions: readonly RowVersion[];
  readonly next: number | null;
}
