import type { DatabasePort } from "@heliosdb/port";
import type { Limits } from "../access/limits.js";
import { branchLimitedDatabase } from "./branch-limited.js";
import { tableLimitedDatabase } from "./table-limited.js";

/** A database as a caller with these limits sees it. Services get no other. */
export function limitedDatabase(database: DatabasePort, { branches, tables }: Limits): DatabasePort {
  // Branch limits are inside, so that the table rules' requests about a branch respect them.
  const ofBranches = branches === null ? database : branchLimitedDatabase(database, branches);
  return tables === null ? ofBranches : tableLimitedDatabase(ofBranches, tables);
}
