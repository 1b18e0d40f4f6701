import type { BranchRef } from "./branches.js";
import type { CommitKind, TableChange } from "./history.js";
import { type Methods, read, record } from "./operation.js";
import type { NoRequest } from "./operations.js";
import type { Repeatable } from "./repeatable.js";

/**
 * How far somebody has read the changes of a branch: the number of the last change of the record, and the SCN of the
 * last commit. Everything up to both has been dealt with.
 */
export interface ChangePosition {
  readonly seq: number;
  readonly scn: number;
}

export interface BranchName {
  readonly id: string;
  /** At the time of the change. */
  readonly name: string;
}

interface ChangeOf<K extends string> {
  readonly kind: K;
  readonly branch: BranchName;
  /** Microseconds since 1970. */
  readonly timestamp: number;
  /** Of a commit or a reset its own; of other changes the one given out last before them. */
  readonly scn: number;
  /** Where a reader is that has dealt with this change. */
  readonly position: ChangePosition;
}

export interface BranchCreated extends ChangeOf<"created"> {
  /** Null for main. */
  readonly parent: BranchName | null;
  /** It was deleted before, and has been brought back. */
  readonly undeleted: boolean;
}

export type BranchDeleted = ChangeOf<"deleted">;

export interface BranchProtected extends ChangeOf<"protected"> {
  readonly isProtected: boolean;
}

/** The branch became another state of its own or of its parent, without a commit. */
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
  /** Of a merge: the branch that came in, by its present name, and the state of it; the name is null once it is cleared away. */
  readonly merged: { readonly id: string; readonly name: string | null; readonly scn: number } | null;
}

export type BranchChange = BranchCreated | BranchDeleted | BranchProtected | BranchReset | BranchCommitted;

export interface ChangedBranchesRequest {
  readonly after: ChangePosition;
  /** Of commits, look for those of these branches alone. Changes of the record are found in any case. */
  readonly branches?: readonly BranchRef[];
  /** `next` of the page before. */
  readonly cursor?: string;
}

export interface ChangedBranches {
  /** Ids, with the newest change of each; also of branches that have been cleared away. */
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
  /** Where a reader is that has dealt with all of them. */
  readonly position: ChangePosition;
  readonly more: boolean;
  /** Retention may have removed commits that would have come first. */
  readonly truncated: boolean;
}

/** Every operation on the record of changes, declared as those of `OPERATIONS` are. */
export const CHANGE_OPERATIONS = {
  /** Behind everything that was acknowledged before the call, and before everything that begins after it has answered. */
  changesHead: record<NoRequest & Repeatable, ChangePosition>({ branches: () => [], tables: "open" }),
  /** Before the first change at or after an SCN. */
  changesBefore: read<{ readonly scn: number }, ChangePosition>({ branches: () => [], tables: "open" }),
  changedBranches: read<ChangedBranchesRequest, ChangedBranches>({ branches: () => [], tables: "open" }),
  changesOf: read<BranchChangesRequest, BranchChanges>({ branches: () => [], tables: "open" }),
};

export type ChangeOperations = typeof CHANGE_OPERATIONS;

/** Events of a database's branches, read from the records that the database writes with each change. */
export interface ChangesPort extends Methods<ChangeOperations> {
  /**
   * Calls back after each request that may have changed something, with the branches that it named, until the function
   * returned is called. What changes without a request names none.
   */
  watch(listener: (branches: readonly BranchRef[]) => void): () => void;
}
