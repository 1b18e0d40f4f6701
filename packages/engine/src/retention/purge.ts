import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Retention } from "@heliosdb/port";
import { discardFile } from "../clone/clone-files.js";
import type { WriterContext } from "../control/context.js";
import { failpoint } from "../failpoint.js";
import type { BranchRecord, TimelineRecord } from "../meta/records.js";
import type { Pins } from "./pins.js";

/**
 * Timelines that can go: those of branches deleted long enough ago, and those that a reset left behind longer ago than
 * history is kept, unless somebody reads from their files, has a merge base there, or keeps a snapshot of them.
 */
export function purgeable(context: WriterContext, pins: Pins, retention: Retention, now: number): TimelineRecord[] {
  const { branches, meta } = context;
  const kept = new Set(meta.snapshots().flatMap(({ automatic, timeline }) => (automatic ? [] : [timeline])));
  return branches.timelines.filter((timeline) => {
    if (timeline.purgedAt !== null || pins.needed.has(timeline.id)) return false;
    const branch = branches.byIdOrNull(timeline.branch);
    if (branch === null) return false;
    if (branch.deletedAt !== null) return isOverdue(branch, retention, now);
    // One that was never written to and followed its parent has nothing of its own to clear away.
    if (kept.has(timeline.id) || (timeline.origin === null && !timeline.materialised)) return false;
    if (branch.timeline === timeline.id || retention.historyMs === null) return false;
    const next = branches.allTimelines(branch).find((other) => other.since > timeline.since);
    return next !== undefined && next.sinceAt <= now - retention.historyMs * 1000;
  });
}

/** Whether a branch was deleted so long ago that it can't come back. */
export function isOverdue(branch: BranchRecord, retention: Retention, now: number): boolean {
  return branch.deletedAt !== null && branch.deletedAt <= now - retention.deletedMs * 1000;
}

/** Records that a timeline is gone; afterwards its files can be removed, by `removeFiles` or at the next start. */
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

export function removeFiles({ paths }: WriterContext, timeline: TimelineRecord): void {
  discardFile(paths.branch(timeline.id));
  failpoint("purge.removing");
  for (const folder of [paths.copies, paths.snapshots]) {
    for (const name of readdirSync(folder)) {
      if (name.startsWith(`${timeline.id}-`)) discardFile(join(folder, name));
    }
  }
}
