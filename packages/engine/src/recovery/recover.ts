import { mkdirSync } from "node:fs";
import type { DatabaseFiles } from "../file/database-files.js";
import type { DatabasePaths } from "../file/paths.js";
import { BranchTable } from "../meta/branches.js";
import { MetaDb } from "../meta/meta-db.js";
import { cleanUp } from "./clean-up.js";
import {
  openRecord,
  recordChecked,
  refuseDamagedLog,
  refuseEmptyRecord,
  refuseForeignRecord,
  refuseWithoutRecord,
} from "./record-check.js";

export interface Recovered {
  readonly meta: MetaDb;
  readonly branches: BranchTable;
  /** Findings and the actions taken, for an operator. */
  readonly notes: readonly string[];
}

/**
 * Opens the record of a database for writing, compares the files of the folder with it, and repairs what a crash left.
 * Throws STORAGE_UNAVAILABLE, with nothing changed, if the record can't belong to the files.
 */
export function recover(paths: DatabasePaths, files: DatabaseFiles): Recovered {
  refuseWithoutRecord(paths);
  refuseDamagedLog(paths.meta, "meta.db");
  for (const folder of paths.folders) mkdirSync(folder, { recursive: true });
  const meta = openRecord(() => MetaDb.openForWriting(paths.meta, files));
  try {
    const branches = openRecord(() => BranchTable.read(meta));
    if (branches.all.length === 0) {
      refuseEmptyRecord(paths);
      return { meta, branches, notes: [] };
    }
    refuseForeignRecord(paths, meta, branches);
    const notes = cleanUp(paths, files, meta, branches);
    recordChecked(meta);
    return { meta, branches, notes };
  } catch (error) {
    meta.close();
    throw error;
  }
}
