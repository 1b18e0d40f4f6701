import { type BranchRef, HeliosError } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";

/** A branch that may be written directly; throws the reason if it may not. */
export function writable(branches: BranchTable, ref: BranchRef): BranchRecord {
  const branch = branches.get(ref);
  if (branch.readOnly) throw readOnly(branch);
  if (branch.isProtected) {
    throw new HeliosError("BRANCH_PROTECTED", `Branch '${branch.name}' is protected. Merge into it instead.`);
  }
  return branch;
}

export function readOnly(branch: BranchRecord): HeliosError {
  return new HeliosError("BRANCH_READ_ONLY", `Branch '${branch.name}' is read-only.`);
}
