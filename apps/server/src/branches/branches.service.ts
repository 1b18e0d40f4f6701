import type { BranchInfo, MergeStrategy } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { Clock } from "../app/clock.js";
import type { Call } from "../edge/call.js";
import type { BranchPage, DeletedBranch, MergeOutcome } from "../presenters/domain.js";
import { branchName } from "./branch-name.js";
import type * as operations from "./branches.operations.js";

const DEFAULT_STRATEGY: MergeStrategy = "auto";

@Injectable()
export class BranchesService {
  constructor(private readonly clock: Clock) {}

  async list({ database, query }: Call<typeof operations.listBranches>): Promise<BranchPage> {
    const all = await database.listBranches();
    const { status = "all", sort = "created_at", order = "asc", page = 1 } = query;
    const chosen = all.filter((branch) => branch.state !== "deleted" && (status === "all" || branch.state === status));
    const sign = order === "asc" ? 1 : -1;
    chosen.sort((a, b) => sign * compare(a, b, sort));
    const limit = query.limit ?? (query.page === undefined ? chosen.length : 20);
    const branches = chosen.slice((page - 1) * limit, page * limit);
    return { branches, total: chosen.length, page, limit };
  }

  create({ database, body }: Call<typeof operations.createBranch>): Promise<BranchInfo> {
    return database.createBranch({
      name: body.name,
      parent: body.parent,
      at: body.snapshot_id,
      readOnly: body.options?.read_only,
      isolated: body.options?.isolated,
    });
  }

  get({ database, params }: Call<typeof operations.getBranch>): Promise<BranchInfo> {
    return database.getBranch(params.branch);
  }

  async delete({ database, params }: Call<typeof operations.deleteBranch>): Promise<DeletedBranch> {
    const branch = await database.deleteBranch(params.branch);
    return { branch, deletedAt: this.clock.nowMicros() };
  }

  async merge({ database, params, body, identity }: Call<typeof operations.mergeBranch>): Promise<MergeOutcome> {
    const strategy = body.strategy ?? DEFAULT_STRATEGY;
    // Before the merge, which may delete the source.
    const [source, target] = await Promise.all([
      branchName(database, params.branch),
      branchName(database, body.target),
    ]);
    const result = await database.merge({
      source: params.branch,
      target: body.target,
      strategy,
      dryRun: body.dry_run,
      ifTargetScn: body.if_target_scn,
      deleteSource: body.delete_source_after_merge,
      message: body.merge_message,
      author: identity.userId,
    });
    return { source, target, strategy, result };
  }
}

function compare(a: BranchInfo, b: BranchInfo, sort: "created_at" | "updated_at" | "name"): number {
  switch (sort) {
    case "name":
      return byName(a, b);
    case "updated_at":
      return a.stats.lastModified - b.stats.lastModified || byName(a, b);
    case "created_at":
      // Main is first even when another branch was made in the same microsecond.
      return a.createdAt - b.createdAt || Number(b.isDefault) - Number(a.isDefault) || byName(a, b);
  }
}

function byName(a: BranchInfo, b: BranchInfo): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
