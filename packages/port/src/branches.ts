import type { PointInTime } from "./point.js";
import type { Repeatable } from "./repeatable.js";
import type { Json } from "./values.js";

/** The branch that every database has, and the default parent. */
export const MAIN_BRANCH = "main";

/** A branch by its public name or its id (`br_…`). */
export type BranchRef = string;

export type BranchState = "active" | "merged" | "deleted";

/** All times are in microseconds since 1970. */
export interface BranchInfo {
  readonly id: string;
  readonly name: string;
  /** Null for main. */
  readonly parent: { readonly id: string; readonly name: string } | null;
  readonly createdAt: number;
  /** SCN and time of the parent's commit that this branch forks from; for main, its first commit. */
  readonly forkScn: number;
  readonly forkAt: number;
  readonly headScn: number;
  readonly state: BranchState;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly readOnly: boolean;
  readonly isolated: boolean;
  readonly displayName: string | null;
  /** Arbitrary metadata of its owners. */
  readonly metadata: BranchMetadata;
  /** When its name, settings or metadata last changed; initially its creation. */
  readonly updatedAt: number;
  /** When the branch is deleted automatically; null for a branch that stays. */
  readonly expiresAt: number | null;
  /** Null for a live branch. */
  readonly deletedAt: number | null;
  readonly stats: BranchStats;
  /** Present if requested. */
  readonly changes?: ChangedRows | null;
  /** Present if details were requested. */
  readonly details?: BranchDetails;
}

export type BranchMetadata = { readonly [name: string]: Json };

/** Rows that a branch's own commits changed since its fork, by kind of change. Null for main. */
export interface ChangedRows {
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

/** Facts that take longer to compute. */
export interface BranchDetails {
  /** Bytes of the file used by tables and indexes, and by history; free pages count as neither. */
  readonly dataBytes: number;
  readonly historyBytes: number;
  readonly changes: ChangedRows | null;
  /** Null for main. */
  readonly divergence: Divergence | null;
}

/** A branch compared with its parent, in commits, counted as git does. */
export interface Divergence {
  readonly parent: { readonly id: string; readonly name: string };
  /** Commits of the branch that the parent does not contain. */
  readonly ahead: number;
  /** Commits of the parent that the branch doesn't contain. */
  readonly behind: number;
  /** True if the branch contains everything that the parent does. */
  readonly canFastForward: boolean;
}

export interface ListBranches {
  /** Also lists deleted branches that can still be undeleted. */
  readonly deleted?: boolean;
}

export interface DeleteBranch extends Repeatable {
  readonly branch: BranchRef;
  /** Rolls back the transactions that are open on it. Default false: while there are any, it rejects with BRANCH_BUSY. */
  readonly force?: boolean;
}

export interface GetBranch {
  readonly branch: BranchRef;
  /** Only `changes` of the details: read from the branch's own commits, without looking at its pages. */
  readonly changes?: boolean;
  readonly details?: boolean;
  /** Also finds a deleted branch, but only by its id. */
  readonly deleted?: boolean;
}

export interface BranchStats {
  readonly tables: number;
  readonly rows: number;
  readonly sizeBytes: number;
  /** Time of the newest commit that the branch sees. */
  readonly lastModified: number;
}

export interface CreateBranch extends Repeatable {
  readonly name: string;
  /** Default: the default branch. */
  readonly parent?: BranchRef;
  /** Default: now. */
  readonly at?: PointInTime;
  readonly readOnly?: boolean;
  /** Default true. False follows the parent's head until the first write; then `at` must be now. */
  readonly isolated?: boolean;
  readonly displayName?: string | null;
  readonly metadata?: BranchMetadata;
  readonly expiresAt?: number | null;
}

/** Absent fields are left unchanged. */
export interface UpdateBranch extends Repeatable {
  readonly branch: BranchRef;
  readonly name?: string;
  readonly displayName?: string | null;
  /** Replaces all existing metadata. */
  readonly metadata?: BranchMetadata;
  readonly readOnly?: boolean;
  readonly isProtected?: boolean;
  /** µs since 1970, in the future; null keeps the branch permanently. */
  readonly expiresAt?: number | null;
}

/** Undeletes a branch, as long as it has not been purged. */
export interface UndeleteBranch extends Repeatable {
  /** Its id, because its name may belong to another branch by now. */
  readonly id: string;
  /** New name, if another branch has the old one. */
  readonly name?: string;
}

/**
 * Resets a branch to an earlier state of its parent or of itself, as if it had been created from there. Its state
 * before stays readable by time, and branches made from it keep their content.
 */
export interface ResetBranch extends Repeatable {
  readonly branch: BranchRef;
  readonly to: "parent" | "self";
  /** Default now, which changes nothing for "self". */
  readonly at?: PointInTime;
  /** Refused with TARGET_MOVED unless the branch's head is at this SCN. */
  readonly ifScn?: number;
  readonly author: string;
  readonly message?: string;
}
