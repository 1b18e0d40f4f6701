import type { BranchRef, BranchState } from "./branches.js";
import type { CommitKind } from "./history.js";
import type { Deadline } from "./query.js";

/** A commit, or a reset, which has an SCN too. */
export interface CommitPoint {
  readonly scn: number;
  /** Microseconds since 1970. */
  readonly timestamp: number;
}

/** Branches with their commits, folded until they fit. All times are in microseconds since 1970. */
export interface GraphRequest {
  /** Only branches that existed, and commits that were made, between these times, both inclusive. */
  readonly from?: number;
  readonly until?: number;
  /** Only these branches; unknown ones are passed over. */
  readonly branches?: readonly BranchRef[];
  /** Also deleted branches that can still be undeleted. */
  readonly deleted?: boolean;
  /** Number of branches; those that changed last come first. */
  readonly maxBranches: number;
  /** Number of groups of one branch. */
  readonly maxGroupsPerBranch: number;
  /** Number of groups of all branches together; a branch always has one. */
  readonly maxGroups: number;
  readonly deadlineMs?: Deadline;
}

/** Merges of one group from the same branch. */
export interface GraphMerge {
  /** The name is null if the branch has been purged. */
  readonly source: { readonly id: string; readonly name: string | null };
  /** The merged state, and the commit that merged it, of the newest of them. */
  readonly sourceScn: number;
  readonly scn: number;
}

/** What a single commit did, with long texts and lists cut. */
export interface GraphCommit {
  readonly author: string;
  readonly message: string | null;
  readonly tables: readonly string[];
  /** Number of tables that it changed. */
  readonly tableCount: number;
  /** For a restore or reset: the SCN whose state it restored. */
  readonly restoredScn: number | null;
}

/** Commits and resets of one branch that follow one another. */
export interface GraphGroup {
  readonly commits: number;
  readonly first: CommitPoint;
  readonly last: CommitPoint;
  /** Those that occur, in the order of `COMMIT_KINDS`. */
  readonly kinds: readonly CommitKind[];
  /** By source, the newest first. */
  readonly merges: readonly GraphMerge[];
  /** Null for more than one commit, and if the graph would become too large. */
  readonly commit: GraphCommit | null;
}

export interface GraphBranch {
  readonly id: string;
  readonly name: string;
  /** Null for main. */
  readonly parent: { readonly id: string; readonly name: string } | null;
  readonly createdAt: number;
  /** The parent's commit that it forks from; for main, its first commit. */
  readonly fork: CommitPoint;
  /** The newest commit that it sees. */
  readonly head: CommitPoint;
  readonly state: BranchState;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly expiresAt: number | null;
  readonly deletedAt: number | null;
  /** Number of its own commits and resets within the times. */
  readonly commits: number;
  /** Commits within the same so many microseconds since 1970 are one group; 0 if none are folded. */
  readonly foldedUs: number;
  /** Oldest first. */
  readonly groups: readonly GraphGroup[];
  /** Retention removed earlier commits of it. */
  readonly truncated: boolean;
}

export interface Graph {
  /** Oldest first. */
  readonly branches: readonly GraphBranch[];
  /** Number of branches that were left out. */
  readonly more: number;
  /** The first and the last commit or reset of these branches that can be read, whatever the times; null without any. */
  readonly earliest: CommitPoint | null;
  readonly latest: CommitPoint | null;
}

/** Commits of a branch's history, counted over time. */
export interface DensityRequest {
  readonly branch: BranchRef;
  /** Both inclusive. Default: from the oldest commit to the newest. */
  readonly from?: number;
  readonly until?: number;
  /** Number of equal parts of that time. */
  readonly buckets: number;
  readonly deadlineMs?: Deadline;
}

export interface DensityBucket {
  /** Both inclusive. */
  readonly from: number;
  readonly until: number;
  readonly commits: number;
  readonly first: CommitPoint;
  readonly last: CommitPoint;
}

export interface Density {
  readonly from: number;
  readonly until: number;
  /** Number of commits and resets in all buckets. */
  readonly commits: number;
  /** Oldest first, without empty ones. */
  readonly buckets: readonly DensityBucket[];
  /** The oldest and the newest state of the branch that can be read. */
  readonly earliest: CommitPoint;
  readonly latest: CommitPoint;
  /** Retention removed earlier history. */
  readonly truncated: boolean;
}
