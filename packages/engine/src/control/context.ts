import type { DatabaseFiles } from "../file/database-files.js";
import type { DatabasePaths } from "../file/paths.js";
import type { Allocator } from "../meta/allocator.js";
import type { BranchTable } from "../meta/branches.js";
import type { MetaDb } from "../meta/meta-db.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import type { BranchFile } from "../write/branch-file.js";

/** State that the parts of the writer share. */
export interface WriterContext {
  readonly meta: MetaDb;
  readonly paths: DatabasePaths;
  readonly files: DatabaseFiles;
  readonly allocator: Allocator;
  readonly views: PointInTimeViews;
  /** As they were in meta.db at the last `refresh`. */
  readonly branches: BranchTable;
  open(file: string): BranchFile;
  /** Brings `branches` up to date with the changes since. */
  refresh(): void;
}
