import type { DatabasePort, StateRef } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { branchName } from "../branches/branch-name.js";
import type { Call } from "../http/context/request-context.js";
import { refused } from "../schema/invalid.js";
import type * as operations from "../surfaces/v1/routes/diff/diff.operations.js";
import { pointOfUrl } from "../surfaces/v1/schemas/point.js";
import type { Difference } from "./difference.js";

@Injectable()
export class DiffService {
  async compare({ database, params, query }: Call<typeof operations.getDiff>): Promise<Difference> {
    const to: StateRef = { branch: params.branch, at: pointOfUrl(query) };
    const from = query.from ?? (await forkOf(database, params.branch));
    const page = await database.diff({ from, to, tables: query.tables, limit: query.limit, cursor: query.cursor });
    const [fromName, toName] = await Promise.all([
      branchName(database, from.branch),
      branchName(database, params.branch),
    ]);
    return { from: fromName, to: toName, page };
  }
}

/** The state of the parent that a branch began as. */
async function forkOf(database: DatabasePort, branch: string): Promise<StateRef> {
  const { name, parent, forkScn } = await database.getBranch({ branch });
  if (!parent) {
    throw refused("from", `is required for '${name}', which has no parent: name a state such as ${name}@scn:1`);
  }
  return { branch: parent.id, at: { kind: "scn", scn: forkScn } };
}
