import { type BranchInfo, HeliosError, type RestoreRequest, type RestoreResult } from "@heliosdb/port";
import type { WriterContext } from "../control/context.js";
import { keepAutomatically } from "../control/snapshots.js";
import type { Commit } from "../meta/commits.js";
import type { BranchRecord } from "../meta/records.js";
import { failpoint } from "../util/failpoint.js";
import type { BranchFile } from "../write/branch-file.js";
import { finishChanges } from "../write/commit-changes.js";
import { applyRestore, type RestoreTarget } from "./apply-restore.js";
import { dropBackup, keepBackup, makeBackup } from "./backup-branch.js";
import { openForeignState } from "./foreign-state.js";

/**
 * Restores a branch that has a file to an earlier state, by one commit. A dry run does the same and rolls back. The
 * backup branch and the snapshot of the state before cost a record each.
 */
export function restoreBranch(
  context: WriterContext,
  branch: BranchRecord,
  request: RestoreRequest,
  record: <T>(change: () => T) => T,
): RestoreResult {
  const { branches, views } = context;
  // In a dry run, the parent's file, if the branch follows it.
  const file = context.open(branches.locate(branch).file);
  const { head } = file;
  if (request.ifScn !== undefined && request.ifScn !== head.scn) {
    throw new HeliosError(
      "TARGET_MOVED",
      `Expected the branch at SCN ${request.ifScn}, but it is at ${head.scn}. Look at what changed, then try again.`,
      { scn: head.scn },
    );
  }
  const location = branches.locate(branch, request.at);
  const state = views.head(location.file);
  const then = state.read(() => views.resolve(state, location, request.at));
  const isOwn = file.commits.atOrBefore(then.scn)?.scn === then.scn && then.scn >= file.commits.horizon();
  if (!request.dryRun) record(() => keepAutomatically(context, branch, request.author, "before a restore"));
  failpoint("restore.snapshot");
  const backup =
    request.backup === undefined || request.dryRun
      ? null
      : record(() => {
          const name = request.backup!.name ?? `${branch.name}-backup-${head.scn}`;
          return makeBackup(context, name, branch.id);
        });
  failpoint("restore.backup");
  const foreign = isOwn ? null : openForeignState(context, location, then.scn);
  try {
    const result = writeOrTakeBack(context, file, { scn: then.scn, foreign }, request, backup, record);
    if (backup === null) return result;
    // Unless it is marked as kept, the next opening decides by the file whether anything was restored.
    record(() => (result.changed ? keepBackup : dropBackup)(context, backup.id));
    return result.changed ? result : { ...result, backup: null };
  } finally {
    foreign?.close();
  }
}

function writeOrTakeBack(
  context: WriterContext,
  file: BranchFile,
  to: RestoreTarget,
  request: RestoreRequest,
  backup: BranchInfo | null,
  record: <T>(change: () => T) => T,
): RestoreResult {
  try {
    return write(context, file, to, request, backup);
  } catch (error) {
    if (backup !== null) record(() => dropBackup(context, backup.id));
    throw error;
  }
}

function write(
  context: WriterContext,
  file: BranchFile,
  to: RestoreTarget,
  request: RestoreRequest,
  backup: BranchInfo | null,
): RestoreResult {
  const { db, head } = file;
  const { allocator } = context;
  // Inside a transaction the setting would be ignored, and deleting a row that is inserted again would cascade.
  db.pragma("foreign_keys = OFF");
  const scn = allocator.scn();
  const about = { restoredScn: to.scn, backup, dryRun: request.dryRun ?? false };
  let kept = false;
  try {
    file.begin();
    file.capture.begin(scn);
    const before = file.epoch;
    const changes = finishChanges(file, scn, before, applyRestore(file, to, scn));
    const changed = changes.length > 0 || file.epoch.scn === scn;
    if (!changed || request.dryRun) {
      return { scn: head.scn, timestamp: head.ts, changed: false, tables: changes, ...about };
    }
    const commit: Commit = { scn, ts: allocator.time(), branch: file.internal, kind: "restore" };
    file.commits.add({
      ...commit,
      author: request.author,
      message: request.message ?? null,
      statements: [`RESTORE to SCN ${to.scn}`],
      tables: changes,
      restored: to.scn,
    });
    const result = { scn, timestamp: commit.ts, changed: true, tables: changes, ...about };
    const stored = file.requests.store(request, scn, result);
    failpoint("restore.before-commit");
    file.commit();
    failpoint("restore.committed");
    kept = true;
    file.head = commit;
    file.requests.remember(stored);
    return result;
  } finally {
    if (!kept) {
      if (db.inTransaction) db.exec("ROLLBACK");
      allocator.unused(scn);
      file.recover();
    }
    db.pragma("foreign_keys = ON");
  }
}
