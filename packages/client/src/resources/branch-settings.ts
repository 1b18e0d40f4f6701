import { type AsOf, bodyPoint } from "../arguments/point.js";
import { type Moment, wireTime } from "../arguments/time.js";
import type { components } from "../generated/schema.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";

export interface ListBranches extends CallOptions {
  /** Default: all except deleted ones. `deleted`: those that can still be undeleted; `all` includes these. */
  readonly status?: "all" | "active" | "merged" | "deleted";
  /** 1-based; without it, all branches are returned at once. */
  readonly page?: number;
  /** Branches on a page, at most 100. */
  readonly limit?: number;
  readonly sort?: "created_at" | "updated_at" | "name";
  readonly order?: "asc" | "desc";
  /** Add `changes`. */
  readonly includeChanges?: boolean;
}

export interface GetBranch extends CallOptions {
  /** Add `details`, which take longer to compute. */
  readonly includeStats?: boolean;
  /** Add the newest 10 commits. */
  readonly includeHistory?: boolean;
  /** Find a deleted branch, by its id. */
  readonly includeDeleted?: boolean;
}

export interface CreateBranch extends RepeatableOptions {
  /** 1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit. */
  readonly name: string;
  /** Name or id of the branch to fork from. Default `main`. */
  readonly sourceBranch?: string;
  /** Point in time of its history to fork from. Default now. */
  readonly asOf?: AsOf;
  /** A name for people, with any characters. */
  readonly displayName?: string;
  /** Any object, at most 16,384 bytes as JSON. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** When it is deleted automatically. Default never. */
  readonly expiresAt?: Moment;
  /** Refuse all writes and merges into the branch. */
  readonly readOnly?: boolean;
  /** Default true. When false, the branch follows its parent's head until its first write. */
  readonly isolated?: boolean;
}

/** Fields that are left out are not changed. */
export interface UpdateBranch extends CallOptions {
  readonly name?: string;
  /** Null removes it. */
  readonly displayName?: string | null;
  /** Replaces all existing metadata. */
  readonly metadata?: Readonly<Record<string, unknown>>;
  /** Null: the branch never expires. */
  readonly expiresAt?: Moment | null;
  /** Refuse all writes and merges into the branch. */
  readonly readOnly?: boolean;
  /** Refuse direct writes, restores, resets and deletion. Changing it needs the scope `admin`. */
  readonly isProtected?: boolean;
}

export interface UndeleteBranch extends RepeatableOptions {
  /** New name, if another branch has the old one. */
  readonly name?: string;
}

export interface ResetBranch extends RepeatableOptions {
  /** The branch whose state it takes. Default `parent`. */
  readonly to?: "parent" | "self";
  /** Point in time of that state. Default now. */
  readonly asOf?: AsOf;
  /** Fail with `TARGET_MOVED` if the branch has a newer commit than this. */
  readonly ifScn?: number;
  /** For the branch's history. */
  readonly message?: string;
}

/** @internal */
export function createBody(request: CreateBranch): components["schemas"]["CreateBranchRequest"] {
  const { name, sourceBranch, asOf, displayName, metadata, expiresAt, readOnly, isolated } = request;
  return {
    name,
    parent: sourceBranch,
    snapshot_id: asOf === undefined ? undefined : bodyPoint(asOf),
    display_name: displayName,
    metadata,
    expires_at: expiresAt === undefined ? undefined : wireTime(expiresAt),
    options: readOnly === undefined && isolated === undefined ? undefined : { read_only: readOnly, isolated },
  };
}

/** @internal */
export function updateBody(request: UpdateBranch): components["schemas"]["UpdateBranchRequest"] {
  const { name, displayName, metadata, expiresAt, readOnly, isProtected } = request;
  return {
    name,
    display_name: displayName,
    metadata,
    expires_at: expiresAt === undefined || expiresAt === null ? expiresAt : wireTime(expiresAt),
    read_only: readOnly,
    is_protected: isProtected,
  };
}

/** @internal */
export function resetBody({ to, asOf, ifScn, message }: ResetBranch): components["schemas"]["ResetBranchRequest"] {
  return { to, as_of: asOf === undefined ? undefined : bodyPoint(asOf), if_scn: ifScn, message };
}

export interface DeleteBranch extends CallOptions {
  /** Rolls back the transactions that are open on the branch. Otherwise they make the deletion fail (BRANCH_BUSY). */
  readonly force?: boolean;
}
