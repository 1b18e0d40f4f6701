import type { BranchInfo, BranchMetadata, BranchRef } from "./branches.js";
import type { PointInTime } from "./point.js";
import type { CommitInfo, Deadline } from "./requests.js";
import type { Cell } from "./values.js";

export const COMMIT_KINDS = ["init", "write", "ddl", "merge", "restore", "reset", "import"] as const;
export type CommitKind = (typeof COMMIT_KINDS)[number];

/** What one commit did to one table. A row whose key changed counts as one deleted and one inserted. */
export interface TableChange {
  readonly table: string;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

export interface HistoryRequest {
  readonly branch: BranchRef;
  /** Only commits from this moment on, and up to that one (µs since 1970, both inclusive). */
  readonly from?: number;
  readonly until?: number;
  /** Only commits of these kinds. */
  readonly kinds?: readonly CommitKind[];
  /** Only commits that changed rows of this table. */
  readonly table?: string;
  readonly author?: string;
  readonly limit: number;
  /** Only commits before this SCN: `next` of the page before. */
  readonly before?: number;
  readonly deadlineMs?: Deadline;
}

/** One commit of a branch's lineage: its own, or one of an ancestor before the fork. */
export interface HistoryEntry {
  readonly scn: number;
  readonly timestamp: number;
  readonly kind: CommitKind;
  /** The branch that it was made on; null where that one has been cleared away. */
  readonly branch: { readonly id: string; readonly name: string } | null;
  readonly author: string;
  readonly message: string | null;
  /** Lines such as "INSERT INTO users (5 rows)". */
  readonly statements: readonly string[];
  readonly tables: readonly TableChange[];
  /** Of a merge: the branch and the state of it that came in. */
  readonly merged: { readonly id: string; readonly name: string | null; readonly scn: number } | null;
  /** Of a restore or reset: the SCN whose state it brought back. */
  readonly restoredScn: number | null;
  /** Snapshots kept of the state after this commit. */
  readonly snapshots: readonly SnapshotInfo[];
}

/** Newest first. */
export interface HistoryPage {
  readonly entries: readonly HistoryEntry[];
  /** `before` of the next page; null at the end. */
  readonly next: number | null;
  /** What came earlier was removed by retention. */
  readonly truncated: boolean;
}

export interface RowHistoryRequest {
  readonly branch: BranchRef;
  readonly table: string;
  /** The primary key (its values in key order), or the rowid of a table that declares none. */
  readonly key: readonly Cell[];
  readonly limit: number;
  readonly before?: number;
  readonly deadlineMs?: Deadline;
}

/** A row as a commit left it. */
export interface RowVersion {
  readonly scn: number;
  readonly timestamp: number;
  /** `existing`: it was there at the beginning of what history is kept. */
  readonly kind: "insert" | "update" | "delete" | "existing";
  readonly author: string;
  readonly message: string | null;
  readonly branch: { readonly id: string; readonly name: string } | null;
  /** By column; null after a delete. */
  readonly row: { readonly [column: string]: Cell } | null;
  /** Columns whose value the commit changed; of an insert all. */
  readonly changed: readonly string[];
}

/** Newest first. */
export interface RowHistoryPage {
  readonly table: string;
  readonly key: readonly Cell[];
  readonly versions: readonly RowVersion[];
  readonly next: number | null;
}

/** A state of a branch. */
export interface StateRef {
  readonly branch: BranchRef;
  readonly at?: PointInTime;
}

export interface DiffRequest {
  readonly from: StateRef;
  readonly to: StateRef;
  /** Only these tables. */
  readonly tables?: readonly string[];
  /** Rows on a page; 0 for the counts alone. */
  readonly limit: number;
  /** `next` of the page before. */
  readonly cursor?: string;
  readonly deadlineMs?: Deadline;
}

export interface SchemaDifference {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly change: "added" | "dropped" | "altered";
  /** CREATE texts; null on the side that does not have it. */
  readonly from: string | null;
  readonly to: string | null;
}

export interface RowDifference {
  readonly table: string;
  readonly kind: "insert" | "update" | "delete";
  /** The primary key in key order; empty for a row of a table that declares none. */
  readonly key: readonly Cell[];
  readonly from: { readonly [column: string]: Cell } | null;
  readonly to: { readonly [column: string]: Cell } | null;
  /** Columns whose value differs, by their name in `to`; of an insert or delete all. */
  readonly changed: readonly string[];
}

export interface DiffPage {
  readonly fromScn: number;
  readonly toScn: number;
  readonly schema: readonly SchemaDifference[];
  /** Counts of the whole difference, not of the page. */
  readonly tables: readonly TableChange[];
  readonly rows: readonly RowDifference[];
  readonly next: string | null;
}

export interface SnapshotInfo {
  /** `snap_<scn in base 36>` */
  readonly id: string;
  readonly branch: { readonly id: string; readonly name: string };
  readonly scn: number;
  /** Of the commit whose state it is. */
  readonly timestamp: number;
  readonly createdAt: number;
  readonly type: "manual" | "automatic";
  readonly name: string | null;
  readonly description: string | null;
  readonly author: string;
  readonly tables: number;
  readonly rows: number;
  /** Of the branch's file when it was taken. */
  readonly sizeBytes: number;
}

/** Keeps the state at a point for as long as the snapshot stands, whatever retention removes. */
export interface CreateSnapshot {
  readonly branch: BranchRef;
  /** Default now. */
  readonly at?: PointInTime;
  readonly name?: string | null;
  readonly description?: string | null;
  readonly author: string;
  /** A retry with the same id returns the first outcome instead of doing it twice. */
  readonly requestId?: string;
}

export interface SnapshotRef {
  readonly branch: BranchRef;
  /** Its id, or its name. */
  readonly snapshot: string;
}

/** Brings a branch's rows and schema back to what they were at a point, by one commit; everything after it stays in the history. */
export interface RestoreRequest {
  readonly branch: BranchRef;
  readonly at: PointInTime;
  /** Makes a branch of the state before; named `<branch>-backup-<scn>` where no name is given. */
  readonly backup?: { readonly name?: string };
  readonly dryRun?: boolean;
  readonly ifScn?: number;
  readonly author: string;
  readonly message?: string;
  readonly requestId?: string;
  readonly deadlineMs?: Deadline;
}

export interface RestoreResult extends CommitInfo {
  readonly restoredScn: number;
  readonly backup: BranchInfo | null;
  /** What the restore changed, or in a dry run would change. */
  readonly tables: readonly TableChange[];
  readonly dryRun: boolean;
}

/** How long the past is kept, for a whole database. Null: without a limit. */
export interface Retention {
  /** History older than this is removed. */
  readonly historyMs: number | null;
  /** History of one branch beyond this size is removed, oldest first. */
  readonly historyBytes: number | null;
  /** How long a deleted branch can be brought back. */
  readonly deletedMs: number;
}

export interface ExportRequest {
  readonly branch: BranchRef;
  readonly at?: PointInTime;
}

/** A plain SQLite file with the tables of one state and nothing of the engine's. */
export interface ExportedFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly scn: number;
}

/**
 * Makes a branch of a SQLite file. With `from` the file was made from that state, and has been changed since: the branch
 * forks from there, and one commit brings what differs. Otherwise the branch shares no history with the others.
 */
export interface ImportRequest {
  readonly name: string;
  /** The file is moved, or changed. */
  readonly path: string;
  readonly from?: { readonly branch: BranchRef; readonly at?: PointInTime };
  readonly displayName?: string | null;
  readonly metadata?: BranchMetadata;
  readonly expiresAt?: number | null;
  readonly author: string;
  readonly message?: string;
}
