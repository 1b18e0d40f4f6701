import type { MergeStrategy } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows, holds } from "../access/scopes.js";
import { lacking } from "../auth/auth.service.js";
import { branchName } from "../branches/branch-name.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/merge/merge.operations.js";
import type { MergeOutcome } from "./merge-outcome.js";

const DEFAULT_STRATEGY: MergeStrategy = "auto";

@Injectable()
export class MergeService {
  async merge({
    database,
    params,
    body,
    identity,
    effectId,
  }: Call<typeof operations.mergeBranch>): Promise<MergeOutcome> {
    const strategy = body.strategy ?? DEFAULT_STRATEGY;
    // The scope `merge` alone ends no branch.
    if (body.delete_source_after_merge && !allows(identity.scopes, "write")) throw lacking("write");
    const target = await database.getBranch({ branch: body.target });
    // Before the merge, which may delete the source; where this is the merge sent again, it may have done so.
    const source = await branchName(database, params.branch).catch((error) => {
      if (effectId === undefined) throw error;
      return params.branch;
    });
    // `write` lets merge elsewhere; here it must have been given by its name.
    if (target.isProtected && !holds(identity.scopes, "merge")) {
      throw new ApiError(
        "FORBIDDEN",
        `Insufficient permissions: branch '${target.name}' is protected, and merging into it needs the scope 'merge'`,
        { scope: "merge" },
      );
    }
    const result = await database.merge({
      source: params.branch,
      target: body.target,
      strategy,
      dryRun: body.dry_run,
      ifTargetScn: body.if_target_scn,
      deleteSource: body.delete_source_after_merge,
      resolutions: body.resolutions,
      message: body.merge_message,
      author: identity.userId,
      requestId: effectId,
    });
    return { source, target: target.name, strategy, resolutions: body.resolutions ?? [], result };
  }
}
