import type { Retention } from "@heliosdb/port";
import type { CloneJob, MaintenanceReport } from "../api.js";
import { deleteBranch, whyUndeletable } from "../control/branch-life.js";
import type { WriterContext } from "../control/context.js";
import { keepAutomatically } from "../control/snapshots.js";
import { failpoint } from "../failpoint.js";
import { forgetEvents, hasEventsBefore } from "../meta/events.js";
import type { SnapshotRecord } from "../meta/records.js";
import { wantedHorizon } from "./horizon.js";
import { findPins, type Pins } from "./pins.js";
import { moveHorizon, pruneSlice } from "./prune.js";
import { isOverdue, purgeable, recordPurge, removeFiles } from "./purge.js";

/** How often the state of a branch that changes is kept by itself, in µs. */
const SNAPSHOT_EVERY = 86_400e6;

/** What became of branches is remembered for a week at least, however little history is kept. */
const EVENTS_KEPT_MS = 7 * 86_400_000;

/** What maintenance needs of the writer besides the context. */
export interface MaintenanceTools {
  /** Runs a change to meta.db, whole or not at all. */
  record<T>(change: () => T): T;
  /** Closes a branch file that is going away. */
  close(file: string): void;
  /** Begins to make a file of a state of a timeline. */
  fileState(timeline: string, file: string, scn: number): CloneJob;
}

/** One turn of maintenance: each part does a little and says whether more is waiting. */
export function maintain(
  context: WriterContext,
  retention: Retention,
  budgetMs: number,
  tools: MaintenanceTools,
): MaintenanceReport {
  const until = performance.now() + budgetMs;
  const now = context.allocator.time();
  const expired = expire(context, now, tools);
  snapshotDaily(context, now, tools);
  forget(context, retention, now, tools);
  const pins = findPins(context, (branch) => isOverdue(branch, retention, now));
  const purged = purge(context, pins, retention, now, tools);
  const { job, pruned, more } = prune(context, pins, retention, now, until, tools);
  return { more: more || job !== null, job, expired, purged, pruned, nextExpiryMs: nextExpiry(context, now) };
}

/** Branches that have expired already and can't go yet wait for a change, not for a time. */
function nextExpiry({ branches }: WriterContext, now: number): number | null {
  const times = branches.live().flatMap(({ expiresAt }) => (expiresAt !== null && expiresAt > now ? [expiresAt] : []));
  return times.length === 0 ? null : Math.ceil((Math.min(...times) - now) / 1000);
}

function expire(context: WriterContext, now: number, tools: MaintenanceTools): number {
  let expired = 0;
  for (const branch of context.branches.live()) {
    if (branch.expiresAt === null || branch.expiresAt > now || whyUndeletable(context, branch)) continue;
    tools.record(() => deleteBranch(context, branch.id));
    expired++;
  }
  return expired;
}

/** What became of branches is told for as long as their history is kept, and of deleted ones for as long as they are. */
function forget({ meta }: WriterContext, retention: Retention, now: number, tools: MaintenanceTools): void {
  if (retention.historyMs === null) return;
  const keptMs = Math.max(EVENTS_KEPT_MS, retention.historyMs, retention.deletedMs);
  const before = now - keptMs * 1000;
  if (hasEventsBefore(meta, before)) tools.record(() => forgetEvents(meta, before));
}

/** A branch that has changed since yesterday's snapshot gets another. */
function snapshotDaily(context: WriterContext, now: number, tools: MaintenanceTools): void {
  const { meta, branches, states } = context;
  const automatic = meta.snapshots().filter((snapshot) => snapshot.automatic);
  for (const branch of branches.live()) {
    const last = automatic.find((snapshot) => snapshot.branch === branch.id);
    if ((last?.createdAt ?? branch.createdAt) > now - SNAPSHOT_EVERY) continue;
    const { file, cap } = branches.locate(branch);
    const head = states.head(file);
    const newest = head.within(() => head.commits.atOrBefore(cap)!);
    if (newest.ts <= (last?.createdAt ?? 0) || !branches.current(branch).materialised) continue;
    tools.record(() => keepAutomatically(context, branch, "system", "daily"));
  }
}

function purge(context: WriterContext, pins: Pins, retention: Retention, now: number, tools: MaintenanceTools): number {
  const going = purgeable(context, pins, retention, now);
  for (const timeline of going) {
    tools.record(() => recordPurge(context, timeline));
    failpoint("purge.recorded");
    tools.close(timeline.id);
    context.states.forget(timeline.id);
    removeFiles(context, timeline);
  }
  return going.length;
}

function prune(
  context: WriterContext,
  pins: Pins,
  retention: Retention,
  now: number,
  until: number,
  tools: MaintenanceTools,
): { job: CloneJob | null; pruned: number; more: boolean } {
  let pruned = 0;
  const snapshots = context.meta.snapshots();
  for (const name of context.branches.files()) {
    if (context.open(name).isChangedOutside()) continue;
    const state = context.states.head(name);
    const wanted = state.within(() => wantedHorizon(state.db, state.commits, retention, now));
    const allowed = Math.min(wanted, pins.horizons.get(name) ?? Number.POSITIVE_INFINITY);
    const before = state.within(() => state.commits.horizon());
    if (allowed > before) {
      const going = snapshotsIn(context, name, snapshots).filter(({ scn }) => scn < allowed);
      const unfiled = going.find((snapshot) => !snapshot.automatic && !snapshot.filed);
      // Its state must have a file before the history that leads to it goes; then the next turn goes on from here.
      if (unfiled) return { job: tools.fileState(unfiled.timeline, name, unfiled.scn), pruned, more: true };
      dropAutomatic(context, going, tools);
      failpoint("prune.dropped-automatic");
      const kept = going.filter(({ automatic }) => !automatic).map(({ scn }) => scn);
      moveHorizon(context.open(name), allowed, kept);
      failpoint("prune.horizon");
    }
    if (Math.max(allowed, before) === 0) continue;
    while (pruneSlice(context.open(name))) {
      pruned++;
      if (performance.now() > until) return { job: null, pruned, more: true };
    }
  }
  return { job: null, pruned, more: false };
}

/** Kept states whose history lies in a file. */
function snapshotsIn(
  { branches }: WriterContext,
  file: string,
  snapshots: readonly SnapshotRecord[],
): SnapshotRecord[] {
  return snapshots.filter((snapshot) => {
    const timeline = branches.timeline(snapshot.timeline);
    return timeline !== undefined && timeline.purgedAt === null && branches.locateTimeline(timeline).file === file;
  });
}

function dropAutomatic(context: WriterContext, going: readonly SnapshotRecord[], tools: MaintenanceTools): void {
  const automatic = going.filter((snapshot) => snapshot.automatic);
  if (automatic.length === 0) return;
  tools.record(() => {
    for (const { branch, scn } of automatic) context.meta.deleteSnapshot(branch, scn);
  });
}
