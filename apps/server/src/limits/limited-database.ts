import type { DatabasePort } from "@heliosdb/port";
import type { Limits } from "../access/limits.js";
import { BranchLimitedDatabase } from "./branch-limited.js";
import { TableLimitedDatabase } from "./table-limited.js";

/** A database as somebody with these limits sees it. Services get no other. */
export function limitedDatabase(database: DatabasePort, { branches, tables }: Limits): DatabasePort {
  // Branches inside: what a table's rules ask about a branch is then asked within the branch's limits.
  const ofBranches = branches === null ? database : new BranchLimitedDatabase(database, branches);
  return tables === null ? ofBranches : new TableLimitedDatabase(ofBranches, tables);
}
