import {
  type BranchInfo,
  type BranchRef,
  type BranchState,
  type CreateBranch,
  type DatabasePort,
  HeliosError,
  type Repeatable,
  type ResetBranch,
  type UndeleteBranch,
  type UpdateBranch,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows } from "../access/scopes.js";
import { type Caller, takesEffectOnce, type Unauthored, withAuthor } from "../auth/caller.js";
import { lacking } from "../auth/lacking.js";
import type { BranchPage, BranchView } from "./branch-results.js";
import { updatedAt } from "./updated-at.js";

/** Number of commits shown with a branch. */
const RECENT = 10;
const PAGE_SIZE = 20;

export interface ListBranches {
  /** Absent: all except deleted ones. */
  readonly state?: BranchState | "all";
  readonly sort?: "created_at" | "updated_at" | "name";
  readonly order?: "asc" | "desc";
  /** 1-based. */
  readonly page?: number;
  readonly limit?: number;
  /** Count the rows that differ from the parent. */
  readonly changes?: boolean;
}

export interface ShowBranch {
  readonly branch: BranchRef;
  readonly details?: boolean;
  /** Show the newest commits. */
  readonly history?: boolean;
  readonly deleted?: boolean;
}

@Injectable()
export class BranchesService {
  async list({ database }: Caller, request: ListBranches): Promise<BranchPage> {
    const { state: wanted, sort = "created_at", order = "asc", page = 1 } = request;
    const all = await database.listBranches({ deleted: wanted === "all" || wanted === "deleted" });
    const chosen = all.filter(({ state }) => (wanted === undefined || wanted === "all" ? true : state === wanted));
    const sign = order === "asc" ? 1 : -1;
    chosen.sort((a, b) => sign * compare(a, b, sort));
    const limit = request.limit ?? (request.page === undefined ? chosen.length : PAGE_SIZE);
    const shown = chosen.slice((page - 1) * limit, page * limit);
    const branches = request.changes ? await Promise.all(shown.map((one) => withChanges(database, one))) : shown;
    return { branches, total: chosen.length, page, limit };
  }

  create(caller: Caller, request: Omit<CreateBranch, keyof Repeatable>): Promise<BranchInfo> {
    return caller.database.createBranch({ ...request, ...takesEffectOnce(caller) });
  }

  async get({ database }: Caller, { branch: ref, details, history, deleted }: ShowBranch): Promise<BranchView> {
    const branch = await database.getBranch({ branch: ref, details, deleted });
    if (!history || branch.state === "deleted") return branch;
    const { entries } = await database.history({ branch: ref, limit: RECENT });
    return { ...branch, recentHistory: entries };
  }

  update({ database, identity }: Caller, request: UpdateBranch): Promise<BranchInfo> {
    if (request.isProtected !== undefined && !allows(identity.scopes, "admin")) throw lacking("admin");
    return database.updateBranch(request);
  }

  /** @param force rolls back the transactions on the branch, which otherwise keep it from being deleted */
  delete({ database }: Caller, branch: BranchRef, force: boolean): Promise<BranchInfo> {
    return database.deleteBranch({ branch, force });
  }

  undelete(caller: Caller, request: Omit<UndeleteBranch, keyof Repeatable>): Promise<BranchInfo> {
    return caller.database.undeleteBranch({ ...request, ...takesEffectOnce(caller) });
  }

  reset(caller: Caller, request: Unauthored<ResetBranch>): Promise<BranchInfo> {
    return caller.database.resetBranch(withAuthor(caller, request));
  }
}

async function withChanges(database: DatabasePort, branch: BranchInfo): Promise<BranchInfo> {
  try {
    const { changes } = await database.getBranch({ branch: branch.id, changes: true, deleted: true });
    return { ...branch, changes };
  } catch (error) {
    // It was purged after it was listed.
    if (error instanceof HeliosError && error.code === "BRANCH_NOT_FOUND") return branch;
    throw error;
  }
}

function compare(a: BranchInfo, b: BranchInfo, sort: "created_at" | "updated_at" | "name"): number {
  switch (sort) {
    case "name":
      return byName(a, b);
    case "updated_at":
      return updatedAt(a) - updatedAt(b) || byName(a, b);
    case "created_at":
      // Main is first even if another branch was made in the same microsecond.
      return a.createdAt - b.createdAt || Number(b.isDefault) - Number(a.isDefault) || byName(a, b);
  }
}

function byName(a: BranchInfo, b: BranchInfo): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
