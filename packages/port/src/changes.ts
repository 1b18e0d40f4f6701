import type { BranchRef } from "./branches.js";
import type { CommitKind, TableChange } from "./history.js";
import { type Methods, read, record } from "./operation.js";
import type { NoRequest } from "./operations.js";
import type { Repeatable } from "./repeatable.js";

/**
 * A position in the changes of a branch: the number of the last change of the record, and the SCN of the last commit.
 * Everything up to both has been processed.
 */
export interface ChangePosition {
  readonly seq: number;
  readonly scn: number;
}

export interface BranchName {
  readonly id: string;
  /** The branch's name at the time of the change. */
  readonly name: string;
}

interface ChangeOf<K extends string> {
  readonly kind: K;
  readonly branch: BranchName;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** A commit or a reset has its own; other changes have the last one given out before them. */
  readonly scn: number;
  /** The position after this change. */
  readonly position: ChangePosition;
}

export interface BranchCreated extends ChangeOf<"created"> {
  /** Null for main. */
  readonly parent: BranchName | null;
  /** True if it was deleted before and has been undeleted. */
  readonly undeleted: boolean;
}

export type BranchDeleted = ChangeOf<"deleted">;

export interface BranchProtected extends ChangeOf<"protected"> {
  readonly isProtected: boolean;
}

/** The branch was reset to another state of itself or of its parent, without a commit. */
export interface BranchReset extends ChangeOf<"reset"> {
  readonly toScn: number;
  readonly author: string;
  readonly message: string | null;
}

export interface BranchCommitted extends ChangeOf<"committed"> {
  readonly commit: CommitKind;
  readonly author: string;
  readonly message: string | null;
  readonly tables: readonly TableChange[];
  /**
   * For a merge: the source branch with its current name, and the merged state; the name is null after the branch was
   * purged.
   */
  readonly merged: { readonly id: string; readonly name: string | null; readonly scn: number } | null;
}

export type BranchChange = BranchCreated | BranchDeleted | BranchProtected | BranchReset | BranchCommitted;

export interface ChangedBranchesRequest {
  readonly after: ChangePosition;
  /** Looks for commits only of these branches. Changes of the record are found in any case. */
  readonly branches?: readonly BranchRef[];
  /** `next` of the previous page. */
  readonly cursor?: string;
}

export interface ChangedBranches {
  /** Ids, with the newest change of each; may include purged branches. */
  readonly branches: readonly { readonly id: string; readonly newest: ChangePosition }[];
  /** The newest change of the record. */
  readonly seq: number;
  readonly next: string | null;
}

export interface BranchChangesRequest {
  /** Its id. */
  readonly branch: string;
  readonly after: ChangePosition;
  readonly limit: number;
}

export interface BranchChanges {
  /** Oldest first. */
  readonly changes: readonly BranchChange[];
  /** The position after all of them. */
  readonly position: ChangePosition;
  readonly more: boolean;
  /** Retention may have removed commits that would have come first. */
  readonly truncated: boolean;
}

/** Every operation on the record of changes, declared like those of `OPERATIONS`. */
export const CHANGE_OPERATIONS = {
  /**
   * The position after everything that was acknowledged before the call, and before everything that begins after its
   * result.
   */
  changesHead: record<NoRequest & Repeatable, ChangePosition>({ branches: () => [], tables: "open" }),
  /** The position before the first change at or after an SCN. */
  changesBefore: read<{ readonly scn: number }, ChangePosition>({ branches: () => [], tables: "open" }),
  changedBranches: read<ChangedBranchesRequest, ChangedBranches>({ branches: () => [], tables: "open" }),
  changesOf: read<BranchChangesRequest, BranchChanges>({ branches: () => [], tables: "open" }),
};

export type ChangeOperations = typeof CHANGE_OPERATIONS;

/** Events of a database's branches, read from the records that the database writes with each change. */
export interface ChangesPort extends Methods<ChangeOperations> {
  /**
   * Calls the listener after each request that may have changed something, with the branches that it named, until the
   * returned function is called. For changes without a request, the list is empty.
   */
  watch(listener: (branches: readonly BranchRef[]) => void): () => void;
}
