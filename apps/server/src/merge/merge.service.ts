import type { MergeRequest, MergeStrategy } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows, holds } from "../access/scopes.js";
import { type Caller, type Unauthored, withAuthor } from "../auth/caller.js";
import { lacking } from "../auth/lacking.js";
import { branchName } from "../branches/branch-name.js";
import { ApiError } from "../errors/api-error.js";
import type { MergeOutcome } from "./merge-outcome.js";

const DEFAULT_STRATEGY: MergeStrategy = "auto";

/** Default strategy: `auto`. */
export type Merge = Omit<Unauthored<MergeRequest>, "strategy"> & Partial<Pick<MergeRequest, "strategy">>;

@Injectable()
export class MergeService {
  async merge(caller: Caller, request: Merge): Promise<MergeOutcome> {
    const { database, identity, effectId } = caller;
    const { strategy = DEFAULT_STRATEGY } = request;
    // The scope `merge` alone does not allow deleting a branch.
    if (request.deleteSource && !allows(identity.scopes, "write")) throw lacking("write");
    const target = await database.getBranch({ branch: request.target });
    // Before the merge, which may delete the source. In a repeated request, the first one may have deleted it already.
    const source = await branchName(database, request.source).catch((error) => {
      if (effectId === undefined) throw error;
      return request.source;
    });
    // `write` allows merging into other branches; a protected one needs the scope `merge` itself.
    if (target.isProtected && !holds(identity.scopes, "merge")) {
      throw new ApiError(
        "FORBIDDEN",
        `Insufficient permissions: branch '${target.name}' is protected, and merging into it needs the scope 'merge'.`,
        { scope: "merge" },
      );
    }
    const result = await database.merge(withAuthor(caller, { ...request, strategy }), caller.cancellation);
    return { source, target: target.name, strategy, result };
  }
}
