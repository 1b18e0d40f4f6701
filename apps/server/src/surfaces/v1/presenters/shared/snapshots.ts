import { type SnapshotInfo, snapshotId } from "@heliosdb/port";
import type { RestoreOutcome } from "../../../../restore/restore-outcome.js";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  text,
  word,
} from "../../../../schema/index.js";
import { scn } from "../../schemas/values.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";
import { presentTableChanges, tableChanges } from "./table-changes.js";

/** Snapshots and the results of restoring; the dialects differ only in times. */
export function snapshotViews<T>(
  prefix: string,
  time: TimeWriter<T>,
): Pick<Views, "snapshot" | "snapshotList" | "restored"> {
  const schema = named(
    `${prefix}Snapshot`,
    objectOf({
      id: text({ example: "snap_2a" }),
      name: nullable(text({ example: "before-migration" })),
      description: nullable(text()),
      branch: text({ description: "Name of the branch.", example: "main" }),
      scn,
      timestamp: described("Time of the commit.", time.schema),
      created_at: time.schema,
      type: word(["manual", "automatic"], {
        description: "Automatic snapshots are created daily and before a restore or reset.",
      }),
      author: text({ description: "Who created it." }),
      tables: integer({ example: 15 }),
      rows: integer({ example: 125000 }),
      size_bytes: integer({ format: "int64", description: "Size of the branch's file when the snapshot was created." }),
    }),
  );
  const present = (info: SnapshotInfo) => ({
    id: info.id,
    name: info.name,
    description: info.description,
    branch: info.branch.name,
    scn: info.scn,
    timestamp: time.write(info.timestamp),
    created_at: time.write(info.createdAt),
    type: info.type,
    author: info.author,
    tables: info.tables,
    rows: info.rows,
    size_bytes: info.sizeBytes,
  });

  const restored = named(
    `${prefix}RestoreResult`,
    objectOf({
      restored: boolean({ description: "False for a dry run, which changes nothing." }),
      branch: text({ example: "main" }),
      snapshot_id: text({ description: "The restored state, as a snapshot.", example: "snap_p0" }),
      restored_to_scn: described("The restored state.", scn),
      backup_branch: nullable(
        text({ description: "The branch that keeps the state before the restore.", example: "main-backup-42" }),
      ),
      tables: described("Changes of the restore; in a dry run, the changes it would make.", tableChanges),
      dry_run: boolean(),
      scn: described("The branch's newest commit.", scn),
      timestamp: described("Time of that commit.", time.schema),
    }),
  );

  return {
    snapshot: view(schema, present),
    snapshotList: view(
      named(`${prefix}SnapshotList`, objectOf({ total: integer(), snapshots: listOf(schema) })),
      (snapshots: readonly SnapshotInfo[]) => ({ total: snapshots.length, snapshots: snapshots.map(present) }),
    ),
    restored: view(restored, ({ branch, result }: RestoreOutcome) => ({
      restored: !result.dryRun,
      branch,
      snapshot_id: snapshotId(result.restoredScn),
      restored_to_scn: result.restoredScn,
      backup_branch: result.backup?.name ?? null,
      tables: presentTableChanges(result.tables),
      dry_run: result.dryRun,
      scn: result.scn,
      timestamp: time.write(result.timestamp),
    })),
  };
}
