import type { BranchRef, DatabasePort } from "@heliosdb/port";

/** The name of a branch for messages. Only an id is looked up, since no name looks like one. */
export async function branchName(database: DatabasePort, branch: BranchRef): Promise<string> {
  return branch.startsWith("br_") ? (await database.getBranch({ branch })).name : branch;
}
