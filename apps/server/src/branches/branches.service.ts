import { type BranchInfo, type DatabasePort, HeliosError } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows } from "../access/scopes.js";
import { lacking } from "../auth/auth.service.js";
import type { Call } from "../http/context/request-context.js";
import type * as life from "../surfaces/v1/routes/branches/branch-life.operations.js";
import type * as operations from "../surfaces/v1/routes/branches/branches.operations.js";
import type { BranchPage, BranchView } from "./branch-results.js";
import { updatedAt } from "./updated-at.js";

/** Commits that a branch is shown with. */
const RECENT = 10;

@Injectable()
export class BranchesService {
  async list({ database, query }: Call<typeof operations.listBranches>): Promise<BranchPage> {
    const { status, sort = "created_at", order = "asc", page = 1 } = query;
    const all = await database.listBranches(status === "all" || status === "deleted");
    const chosen = all.filter(({ state }) => (status === undefined || status === "all" ? true : state === status));
    const sign = order === "asc" ? 1 : -1;
    chosen.sort((a, b) => sign * compare(a, b, sort));
    const limit = query.limit ?? (query.page === undefined ? chosen.length : 20);
    const shown = chosen.slice((page - 1) * limit, page * limit);
    const branches = query.include_changes ? await Promise.all(shown.map((one) => withChanges(database, one))) : shown;
    return { branches, total: chosen.length, page, limit };
  }

  create({ database, body, effectId }: Call<typeof operations.createBranch>): Promise<BranchInfo> {
    return database.createBranch({
      name: body.name,
      parent: body.parent,
      at: body.snapshot_id,
      readOnly: body.options?.read_only,
      isolated: body.options?.isolated,
      displayName: body.display_name,
      metadata: body.metadata,
      expiresAt: body.expires_at,
      requestId: effectId,
    });
  }

  async get({ database, params, query }: Call<typeof operations.getBranch>): Promise<BranchView> {
    const branch = await database.getBranch({
      branch: params.branch,
      details: query.include_stats,
      deleted: query.include_deleted,
    });
    if (!query.include_history || branch.state === "deleted") return branch;
    const { entries } = await database.history({ branch: params.branch, limit: RECENT });
    return { ...branch, recentHistory: entries };
  }

  update({ database, params, body, identity }: Call<typeof life.updateBranch>): Promise<BranchInfo> {
    if (body.is_protected !== undefined && !allows(identity.scopes, "admin")) throw lacking("admin");
    return database.updateBranch({
      branch: params.branch,
      name: body.name,
      displayName: body.display_name,
      metadata: body.metadata,
      readOnly: body.read_only,
      isProtected: body.is_protected,
      expiresAt: body.expires_at,
    });
  }

  delete({ database, params }: Call<typeof operations.deleteBranch>): Promise<BranchInfo> {
    return database.deleteBranch(params.branch);
  }

  undelete({ database, params, body, effectId }: Call<typeof life.undeleteBranch>): Promise<BranchInfo> {
    return database.undeleteBranch({ id: params.branch, name: body?.name, requestId: effectId });
  }

  reset({ database, params, body, identity, effectId }: Call<typeof life.resetBranch>): Promise<BranchInfo> {
    return database.resetBranch({
      branch: params.branch,
      to: body?.to ?? "parent",
      at: body?.as_of,
      ifScn: body?.if_scn,
      message: body?.message,
      author: identity.userId,
      requestId: effectId,
    });
  }
}

async function withChanges(database: DatabasePort, branch: BranchInfo): Promise<BranchInfo> {
  try {
    const { changes } = await database.getBranch({ branch: branch.id, changes: true, deleted: true });
    return { ...branch, changes };
  } catch (error) {
    // Cleared away since it was listed.
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
      // Main is first even when another branch was made in the same microsecond.
      return a.createdAt - b.createdAt || Number(b.isDefault) - Number(a.isDefault) || byName(a, b);
  }
}

function byName(a: BranchInfo, b: BranchInfo): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
