import type { components } from "../generated/schema.js";
import { type TableChange, tableChangeOf } from "./table-change.js";
import { dateOf } from "./times.js";

export interface RestoreResult {
  /** False for a dry run, which changes nothing. */
  readonly restored: boolean;
  readonly dryRun: boolean;
  readonly branch: string;
  /** The restored state, as a commit and as a snapshot. */
  readonly restoredToScn: number;
  readonly snapshotId: string;
  /** The branch that keeps the state before; null if none was requested. */
  readonly backupBranch: string | null;
  /** The branch's newest commit. */
  readonly scn: number;
  readonly timestamp: Date;
  /** Rows that the restore changes. */
  readonly tables: readonly TableChange[];
}

export function restoreResultOf(wire: components["schemas"]["RestoreResult"]): RestoreResult {
  return {
    restored: wire.restored,
    dryRun: wire.dry_run,
    branch: wire.branch,
    restoredToScn: wire.restored_to_scn,
    snapshotId: wire.snapshot_id,
    backupBranch: wire.backup_branch,
    scn: wire.scn,
    timestamp: dateOf(wire.timestamp),
    tables: wire.tables.map(tableChangeOf),
  };
}
