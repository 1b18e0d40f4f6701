import type { DatabasePort, DiffRequest, StateRef } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import { branchName } from "../branches/branch-name.js";
import { refused } from "../schema/invalid.js";
import type { Difference } from "./difference.js";

/** Without `from`: the parent as it was at the fork. */
export type Compare = Omit<DiffRequest, "from"> & Partial<Pick<DiffRequest, "from">>;

@Injectable()
export class DiffService {
  async compare({ database, cancellation }: Caller, request: Compare): Promise<Difference> {
    const { from = await forkOf(database, request.to.branch), to } = request;
    const page = await database.diff({ ...request, from }, cancellation);
    const [fromName, toName] = await Promise.all([branchName(database, from.branch), branchName(database, to.branch)]);
    return { from: fromName, to: toName, page };
  }
}

/** The parent's state from which a branch forks. */
async function forkOf(database: DatabasePort, branch: string): Promise<StateRef> {
  const { name, parent, forkScn } = await database.getBranch({ branch });
  if (!parent) {
    throw refused("from", `is required for '${name}', which has no parent. Send a state such as ${name}@scn:1`);
  }
  return { branch: parent.id, at: { kind: "scn", scn: forkScn } };
}
