import { HeliosError, type MergeRequest, type MergeResult } from "@heliosdb/port";
import type { DatabasePaths } from "../file/paths.js";
import type { Allocator } from "../meta/allocator.js";
import type { BranchTable } from "../meta/branches.js";
import type { BranchRecord } from "../meta/meta-db.js";
import type { States } from "../read/states.js";
import type { BranchFile } from "../write/branch-file.js";

export interface MergeContext {
  readonly branches: BranchTable;
  readonly states: States;
  readonly paths: DatabasePaths;
  readonly allocator: Allocator;
  readonly open: (file: string) => BranchFile;
}

export function mergeBranches(_c: MergeContext, _s: BranchRecord, _t: BranchRecord, _r: MergeRequest): MergeResult {
  throw new HeliosError("INTERNAL_ERROR", "merge is being written");
}
