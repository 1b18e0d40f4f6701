import type { BranchRef, DatabasePort } from "@heliosdb/port";

/** The name of a branch for messages; only a branch given by its id is looked up, as no name has that form. */
export async function branchName(database: DatabasePort, branch: BranchRef): Promise<string> {
  return branch.startsWith("br_") ? (await database.getBranch({ branch })).name : branch;
}
