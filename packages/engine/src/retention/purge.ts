import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Retention } from "@heliosdb/port";
import type { WriterContext } from "../control/context.js";
import type { BranchRecord, TimelineRecord } from "../meta/records.js";
import { failpoint } from "../util/failpoint.js";

/**
 * Whether a timeline can be removed, unless somebody reads from its file or has a merge base there: it belongs to a
 * branch that was deleted long enough ago, or a reset left it behind longer ago than history is kept, and it has no
 * snapshot.
 */
export function isPurgeable(
  { branches, meta }: WriterContext,
  timeline: TimelineRecord,
  retention: Retention,
  now: number,
): boolean {
  if (timeline.purgedAt !== null) return false;
  const branch = branches.byIdOrNull(timeline.branch);
  if (branch === null) return false;
  if (branch.deletedAt !== null) return isOverdue(branch, retention, now);
  // A timeline that followed its parent and was never written has no files to remove.
  if (timeline.origin === null && !timeline.materialised) return false;
  if (branch.timeline === timeline.id || retention.historyMs === null) return false;
  const next = branches.allTimelines(branch).find((other) => other.since > timeline.since);
  if (next === undefined || next.sinceAt > now - retention.historyMs * 1000) return false;
  return !meta.snapshots(branch.id).some((snapshot) => !snapshot.automatic && snapshot.timeline === timeline.id);
}

/** Whether a branch was deleted so long ago that it can't be undeleted. */
export function isOverdue(branch: BranchRecord, retention: Retention, now: number): boolean {
  return branch.deletedAt !== null && branch.deletedAt <= now - retention.deletedMs * 1000;
}

/** Records that a timeline is gone. Afterwards its files can be removed, by `removeFiles` or at the next start. */
export function recordPurge({ meta, branches, allocator }: WriterContext, timeline: TimelineRecord): void {
  const now = allocator.time();
  meta.updateTimeline(timeline.id, { purgedAt: now });
  for (const snapshot of meta.snapshots(timeline.branch)) {
    if (snapshot.timeline === timeline.id) meta.deleteSnapshot(snapshot.branch, snapshot.scn);
  }
  const branch = branches.byIdOrNull(timeline.branch)!;
  const left = branches.allTimelines(branch).filter((other) => other.purgedAt === null && other.id !== timeline.id);
  if (branch.deletedAt !== null && left.length === 0) meta.updateBranch(branch.id, { purgedAt: now });
}

export function removeFiles({ paths, files }: WriterContext, timeline: TimelineRecord): void {
  files.remove(paths.branch(timeline.id));
  failpoint("purge.removing");
  for (const folder of [paths.copies, paths.snapshots]) {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(`${timeline.id}-`)) files.remove(join(folder, name));
    }
  }
}
