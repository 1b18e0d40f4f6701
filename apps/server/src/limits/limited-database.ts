import type { DatabasePort } from "@heliosdb/port";
import type { Limits } from "../access/limits.js";
import { branchLimitedDatabase } from "./branch-limited.js";
import { tableLimitedDatabase } from "./table-limited.js";

/** A database as somebody with these limits sees it. Services get no other. */
export function limitedDatabase(database: DatabasePort, { branches, tables }: Limits): DatabasePort {
  // Branches inside: what a table's rules ask about a branch is then asked within the branch's limits.
  const ofBranches = branches === null ? database : branchLimitedDatabase(database, branches);
  return tables === null ? ofBranches : tableLimitedDatabase(ofBranches, tables);
}
