import type { PointInTime } from "./point.js";
import type { Repeatable } from "./repeatable.js";
import type { Json } from "./values.js";

/** The name of the branch that every database has, and that a request without a parent means. */
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
  /** The SCN and the moment of the parent's commit that this branch forks from; for main, its first commit. */
  readonly forkScn: number;
  readonly forkAt: number;
  readonly headScn: number;
  readonly state: BranchState;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly readOnly: boolean;
  readonly isolated: boolean;
  readonly displayName: string | null;
  /** Whatever its owners keep with it. */
  readonly metadata: BranchMetadata;
  /** When its name, settings or metadata last changed; its creation at first. */
  readonly updatedAt: number;
  /** From then on it is deleted by itself; null for a branch that stays. */
  readonly expiresAt: number | null;
  /** Null while it lives. */
  readonly deletedAt: number | null;
  readonly stats: BranchStats;
  /** Present when they were asked for. */
  readonly changes?: ChangedRows | null;
  /** Present when details were asked for. */
  readonly details?: BranchDetails;
}

export type BranchMetadata = { readonly [name: string]: Json };

/** Rows that a branch's own commits changed since its fork, by kind of change. Null for main. */
export interface ChangedRows {
  readonly inserts: number;
  readonly updates: number;
  readonly deletes: number;
}

/** Facts that take longer to find. */
export interface BranchDetails {
  /** Bytes of the file that hold tables and indexes, and those that hold history; free ones are in neither. */
  readonly dataBytes: number;
  readonly historyBytes: number;
  readonly changes: ChangedRows | null;
  /** Null for main. */
  readonly divergence: Divergence | null;
}

/** A branch against its parent, counted in commits as git counts them. */
export interface Divergence {
  readonly parent: { readonly id: string; readonly name: string };
  /** Commits of the branch that the parent does not contain. */
  readonly ahead: number;
  /** Commits of the parent that the branch doesn't contain. */
  readonly behind: number;
  /** True when the branch contains everything that the parent does. */
  readonly canFastForward: boolean;
}

export interface ListBranches {
  /** Also those that are deleted and can still be brought back. */
  readonly deleted?: boolean;
}

export interface DeleteBranch extends Repeatable {
  readonly branch: BranchRef;
}

export interface GetBranch {
  readonly branch: BranchRef;
  /** Only `changes` of the details: what the branch's own commits say, without a look at its pages. */
  readonly changes?: boolean;
  readonly details?: boolean;
  /** Also finds a deleted branch, by its id only. */
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

/** Absent fields change nothing. */
export interface UpdateBranch extends Repeatable {
  readonly branch: BranchRef;
  readonly name?: string;
  readonly displayName?: string | null;
  /** Replaces all present metadata. */
  readonly metadata?: BranchMetadata;
  readonly readOnly?: boolean;
  readonly isProtected?: boolean;
  /** µs since 1970, later than now; null keeps the branch for good. */
  readonly expiresAt?: number | null;
}

/** Brings a deleted branch back, as long as it has not been cleared away. */
export interface UndeleteBranch extends Repeatable {
  /** Its id: a name may belong to another by now. */
  readonly id: string;
  /** New name, if another branch has the old one. */
  readonly name?: string;
}

/**
 * Makes a branch forget: it becomes what its parent, or it itself, was at a point, as if it had been made there. What
 * it was before stays readable by time, and branches made from it keep what they have.
 */
export interface ResetBranch extends Repeatable {
  readonly branch: BranchRef;
  readonly to: "parent" | "self";
  /** Default now, which for "self" changes nothing. */
  readonly at?: PointInTime;
  /** Refused with TARGET_MOVED unless the branch's head is at this SCN. */
  readonly ifScn?: number;
  readonly author: string;
  readonly message?: string;
}
