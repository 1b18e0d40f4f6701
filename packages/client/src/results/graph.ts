import type { components } from "../generated/schema.js";
import type { BranchState } from "./branch.js";
import type { CommitType } from "./history.js";
import { dateOf, maybeDate } from "./times.js";

/** A commit, or a reset, which has an SCN too. */
export interface CommitPoint {
  readonly scn: number;
  /** To the millisecond. */
  readonly timestamp: Date;
}

/** Commits and resets of one branch that follow one another. */
export interface GraphGroup {
  readonly commits: number;
  readonly first: CommitPoint;
  readonly last: CommitPoint;
  /** Types that occur. */
  readonly types: readonly CommitType[];
  /** The newest merge of each source, newest first. */
  readonly merges: readonly {
    /** The merged branch; null if it no longer exists. */
    readonly branch: string | null;
    readonly branchId: string;
    /** The merged state. */
    readonly branchScn: number;
    /** The commit that merged it. */
    readonly scn: number;
  }[];
  /** What a single commit did, with long texts and lists cut; null for several. */
  readonly commit: {
    readonly author: string;
    readonly message: string | null;
    readonly tables: readonly string[];
    readonly tableCount: number;
    /** For a restore or reset: the commit whose state it restored. */
    readonly restoredScn?: number;
  } | null;
}

export interface GraphBranch {
  readonly id: string;
  readonly name: string;
  /** Null for main. */
  readonly parent: string | null;
  readonly parentId: string | null;
  readonly createdAt: Date;
  /** The parent's commit that it forks from; for main, its first commit. */
  readonly fork: CommitPoint;
  /** The newest commit that it sees. */
  readonly head: CommitPoint;
  readonly state: BranchState;
  readonly isDefault: boolean;
  readonly isProtected: boolean;
  readonly expiresAt: Date | null;
  /** Null for a branch that is not deleted. */
  readonly deletedAt: Date | null;
  /** Number of its own commits and resets in this time. */
  readonly commits: number;
  /** Width of a group in seconds; 0 if each commit is a group. */
  readonly foldedSeconds: number;
  /** Oldest first. */
  readonly groups: readonly GraphGroup[];
  /** True if retention removed earlier commits of it. */
  readonly truncated: boolean;
}

export interface Graph {
  /** Oldest first. */
  readonly branches: readonly GraphBranch[];
  /** Number of branches that were left out. */
  readonly moreBranches: number;
  /** The first and the last commit of these branches that can be read, whatever the time; null without any. */
  readonly earliest: CommitPoint | null;
  readonly latest: CommitPoint | null;
}

/** The commits of a branch's history, counted over time. */
export interface CommitDensity {
  readonly from: Date;
  readonly until: Date;
  /** Number of commits and resets in this time. */
  readonly commits: number;
  /** Oldest first, without empty ones. */
  readonly buckets: readonly {
    readonly from: Date;
    readonly until: Date;
    readonly commits: number;
    readonly first: CommitPoint;
    readonly last: CommitPoint;
  }[];
  /** The oldest and the newest state of the branch that can be read. */
  readonly earliest: CommitPoint;
  readonly latest: CommitPoint;
  /** True if retention removed earlier history. */
  readonly truncated: boolean;
}

type Schemas = components["schemas"];

export function graphOf({ branches, more_branches, earliest, latest }: Schemas["Graph"]): Graph {
  return {
    branches: branches.map(branchOf),
    moreBranches: more_branches,
    earliest: earliest && pointOf(earliest),
    latest: latest && pointOf(latest),
  };
}

export function densityOf(wire: Schemas["Density"]): CommitDensity {
  return {
    from: dateOf(wire.from),
    until: dateOf(wire.until),
    commits: wire.commits,
    buckets: wire.buckets.map(({ from, until, commits, first, last }) => ({
      from: dateOf(from),
      until: dateOf(until),
      commits,
      first: pointOf(first),
      last: pointOf(last),
    })),
    earliest: pointOf(wire.earliest),
    latest: pointOf(wire.latest),
    truncated: wire.truncated,
  };
}

function branchOf(wire: Schemas["GraphBranch"]): GraphBranch {
  return {
    id: wire.id,
    name: wire.name,
    parent: wire.parent,
    parentId: wire.parent_id,
    createdAt: dateOf(wire.created_at),
    fork: pointOf(wire.fork),
    head: pointOf(wire.head),
    state: wire.state,
    isDefault: wire.is_default,
    isProtected: wire.is_protected,
    expiresAt: maybeDate(wire.expires_at),
    deletedAt: maybeDate(wire.deleted_at),
    commits: wire.commits,
    foldedSeconds: wire.folded_seconds,
    groups: wire.groups.map(groupOf),
    truncated: wire.truncated,
  };
}

function groupOf({ commits, first, last, types, merges, commit }: Schemas["GraphGroup"]): GraphGroup {
  return {
    commits,
    first: pointOf(first),
    last: pointOf(last),
    types,
    merges: merges.map((merge) => ({
      branch: merge.branch,
      branchId: merge.branch_id,
      branchScn: merge.branch_scn,
      scn: merge.scn,
    })),
    commit: commit && {
      author: commit.author,
      message: commit.message,
      tables: commit.tables,
      tableCount: commit.table_count,
      ...(commit.restored_scn !== undefined && { restoredScn: commit.restored_scn }),
    },
  };
}

function pointOf({ scn, timestamp }: Schemas["CommitPoint"]): CommitPoint {
  return { scn, timestamp: dateOf(timestamp) };
}
