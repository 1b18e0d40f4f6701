import type { Retention } from "@heliosdb/port";
import type { CloneJob } from "../api/api.js";
import { deleteBranch, whyUndeletable } from "../control/branch-life.js";
import type { WriterContext } from "../control/context.js";
import { keepAutomatically } from "../control/snapshots.js";
import { deleteEvents, hasEventsBefore } from "../meta/events.js";
import type { FileFacts } from "../meta/file-facts.js";
import { historySize, wantedHorizon } from "../meta/horizon.js";
import type { BranchRecord, SnapshotRecord, TimelineRecord } from "../meta/records.js";
import { failpoint } from "../util/failpoint.js";
import { PinFinder } from "./pins.js";
import { moveHorizon, Pruner } from "./prune.js";
import { isOverdue, isPurgeable, recordPurge, removeFiles } from "./purge.js";
import type { MaintenanceTools } from "./tools.js";

/** How often a changing branch gets an automatic snapshot, in µs. */
const SNAPSHOT_EVERY = 86_400e6;
/** Events of branches are kept for at least a week, however little history is kept. */
const EVENTS_KEPT_MS = 7 * 86_400_000;
/** Files whose facts are recorded in one transaction. */
const FACTS_AT_ONCE = 100;

type Due = "too large" | "too old";

/** Steps between which other work may run. */
type Steps = Generator<CloneJob | null, void>;

/**
 * Milliseconds until the next branch expires, or null. Branches that have expired but can't be deleted yet wait for a
 * change, not for a time.
 */
export function nextExpiry({ branches, allocator }: WriterContext): number | null {
  const now = allocator.time();
  let next = Number.POSITIVE_INFINITY;
  for (const { expiresAt, deletedAt } of branches.each()) {
    if (deletedAt === null && expiresAt !== null && expiresAt > now) next = Math.min(next, expiresAt);
  }
  return next === Number.POSITIVE_INFINITY ? null : Math.ceil((next - now) / 1000);
}

/**
 * One round of all maintenance of a database, in small steps. Anything may happen between two steps, so each step
 * checks again what it relies on.
 */
export class Upkeep {
  readonly counts = { expired: 0, purged: 0, pruned: 0 };
  private readonly pins: PinFinder;
  private readonly pruner = new Pruner();

  constructor(
    private readonly context: WriterContext,
    private readonly tools: MaintenanceTools,
  ) {
    this.pins = new PinFinder(context, () => {
      const { retention, now } = this;
      return { going: (branch) => isOverdue(branch, retention, now), key: `${retention.deletedMs}` };
    });
  }

  /**
   * The current setting: if it is raised while a file is being processed, history that the old setting would have
   * removed must stay.
   */
  private get retention(): Retention {
    return this.tools.retention();
  }

  *all(): Steps {
    yield* this.expire();
    yield* this.lookAtFiles();
    yield* this.snapshotDaily();
    this.pruneEvents();
    yield* this.purge();
    yield* this.prune();
  }

  private get now(): number {
    return this.context.allocator.time();
  }

  private *expire(): Steps {
    const { branches } = this.context;
    const due = [...branches.each()].filter((branch) => this.isExpired(branch)).map(({ id }) => id);
    for (const id of due) {
      const branch = branches.byIdOrNull(id);
      if (branch && this.isExpired(branch) && !this.isHeld(branch) && !whyUndeletable(this.context, branch)) {
        this.tools.record(() => deleteBranch(this.context, id));
        this.counts.expired++;
      }
      yield null;
    }
  }

  private isHeld({ timeline }: BranchRecord): boolean {
    return this.tools.isHeld(timeline);
  }

  private isExpired({ deletedAt, expiresAt }: BranchRecord): boolean {
    return deletedAt === null && expiresAt !== null && expiresAt <= this.now;
  }

  /** Records facts about files that were written, so that listing branches opens none of them. */
  private *lookAtFiles(): Steps {
    const { branches, views, meta } = this.context;
    const found = new Map<string, FileFacts>();
    const write = () => {
      if (found.size > 0) meta.recordFileFacts(found);
      found.clear();
    };
    for (const file of branches.files()) {
      if (this.isThere(file) && !views.known.known(file)) {
        found.set(file, views.known.look(file));
        if (found.size === FACTS_AT_ONCE) write();
      }
      yield null;
    }
    write();
  }

  /** Takes a snapshot of each branch that has changed since its last daily one. */
  private *snapshotDaily(): Steps {
    const { meta, branches, views } = this.context;
    const last = new Map<string, number>();
    for (const { branch, automatic, createdAt } of meta.snapshots()) {
      if (automatic) last.set(branch, Math.max(last.get(branch) ?? 0, createdAt));
    }
    for (const { id } of branches.live()) {
      const branch = branches.byIdOrNull(id);
      const before = last.get(id) ?? 0;
      if (branch?.deletedAt !== null || (before || branch.createdAt) > this.now - SNAPSHOT_EVERY) continue;
      const timeline = branches.current(branch);
      if (timeline.materialised && views.known.of(timeline.id).ts > before) {
        this.tools.record(() => keepAutomatically(this.context, branch, "system", "daily"));
      }
      yield null;
    }
  }

  /**
   * Events are kept for as long as the history of their branches, and for deleted branches as long as these are kept.
   */
  private pruneEvents(): void {
    const { historyMs, deletedMs } = this.retention;
    if (historyMs === null) return;
    const before = this.now - Math.max(EVENTS_KEPT_MS, historyMs, deletedMs) * 1000;
    const { meta } = this.context;
    if (hasEventsBefore(meta, before)) this.tools.record(() => deleteEvents(meta, before));
  }

  private *purge(): Steps {
    const { retention, now } = this;
    const all = this.context.branches.timelines;
    const candidates = all.filter((timeline) => isPurgeable(this.context, timeline, retention, now));
    for (const { id } of candidates) {
      yield null;
      const pins = yield* this.pins.find();
      const timeline = this.context.branches.timeline(id);
      if (!timeline || pins.needed.has(id)) continue;
      if (isPurgeable(this.context, timeline, this.retention, this.now)) this.purgeOne(timeline);
    }
  }

  private purgeOne(timeline: TimelineRecord): void {
    this.tools.record(() => recordPurge(this.context, timeline));
    failpoint("purge.recorded");
    this.tools.close(timeline.id);
    this.context.views.closeFile(timeline.id);
    removeFiles(this.context, timeline);
    this.context.meta.removeFileFacts(timeline.id);
    this.counts.purged++;
  }

  private *prune(): Steps {
    for (const file of this.context.branches.files()) {
      yield null;
      if (!this.isFree(file)) continue;
      const facts = this.context.views.known.of(file);
      const wasOpen = this.tools.isOpen(file);
      const due = yield* this.whyDue(file, facts);
      if (due !== null) yield* this.pruneFile(file, due);
      else if (facts.cleared !== facts.horizon) yield* this.clear(file);
      if (wasOpen || !this.tools.isOpen(file)) continue;
      // Files in use stay open; closing one takes as long as a commit.
      yield null;
      this.tools.close(file);
    }
  }

  /** Whether the file's history is too large or too old, as far as that is known without its pins. */
  private *whyDue(file: string, { due, bytes }: FileFacts): Generator<null, Due | null> {
    if (due === null) return null;
    const { historyBytes } = this.retention;
    // The file is larger than its history; its pages are counted only if the file is too large.
    if (historyBytes !== null && bytes > historyBytes) {
      if ((yield* historySize(this.context.paths.branch(file))) > historyBytes) return "too large";
    }
    const { historyMs } = this.retention;
    return historyMs !== null && due <= this.now - historyMs * 1000 ? "too old" : null;
  }

  private *pruneFile(file: string, due: Due): Steps {
    for (;;) {
      const pins = yield* this.pins.find();
      if (!this.isFree(file)) return;
      // No pause from here on: the pins must still be valid when the horizon moves.
      const step = this.moveHorizon(file, due, pins.horizons.get(file) ?? Number.POSITIVE_INFINITY);
      if (step === "moved") break;
      if (step === "nothing") return;
      // The state must have a file before the history that leads to it is removed.
      yield step;
    }
    yield* this.clear(file);
  }

  private moveHorizon(file: string, due: Due, pinned: number): CloneJob | "moved" | "nothing" {
    const { context, tools } = this;
    const state = context.views.head(file);
    const wanted = state.read(() =>
      wantedHorizon(state.db, state.commits, this.retention, this.now, due === "too large"),
    );
    const allowed = Math.min(pinned, wanted);
    const before = state.read(() => state.commits.horizon());
    if (allowed <= before) return this.context.views.known.of(file).cleared === before ? "nothing" : "moved";
    if (context.open(file).isChangedOutside()) return "nothing";
    const going = this.snapshotsIn(file).filter(({ scn }) => scn < allowed);
    const unfiled = going.find((snapshot) => !snapshot.automatic && !snapshot.filed);
    if (unfiled) return tools.fileState(unfiled.timeline, file, unfiled.scn);
    this.dropAutomatic(going);
    failpoint("prune.dropped-automatic");
    const kept = going.filter(({ automatic }) => !automatic).map(({ scn }) => scn);
    moveHorizon(context.open(file), allowed, kept);
    failpoint("prune.horizon");
    return "moved";
  }

  /** Removes the history before the horizon of a file. */
  private *clear(file: string): Steps {
    const { context } = this;
    if (context.open(file).isChangedOutside()) return;
    for (;;) {
      yield null;
      if (!this.isFree(file)) return;
      const branchFile = context.open(file);
      if (!this.pruner.slice(branchFile, context.branches)) break;
      this.counts.pruned++;
    }
    context.meta.recordFileFacts(new Map([[file, context.views.known.cleared(file)]]));
  }

  /** It is there, and no transaction is open in it: that one is left alone, and the file is looked at again later. */
  private isFree(file: string): boolean {
    return this.isThere(file) && !this.tools.isHeld(file);
  }

  private isThere(file: string): boolean {
    const timeline = this.context.branches.timeline(file);
    return timeline?.materialised === true && timeline.purgedAt === null;
  }

  /** Snapshots that are read from a file's history. */
  private snapshotsIn(file: string): SnapshotRecord[] {
    const { branches, meta } = this.context;
    return meta.snapshots().filter((snapshot) => {
      const timeline = branches.timeline(snapshot.timeline);
      return timeline !== undefined && timeline.purgedAt === null && branches.locateTimeline(timeline).file === file;
    });
  }

  private dropAutomatic(going: readonly SnapshotRecord[]): void {
    const automatic = going.filter((snapshot) => snapshot.automatic);
    if (automatic.length === 0) return;
    this.tools.record(() => {
      for (const { branch, scn } of automatic) this.context.meta.deleteSnapshot(branch, scn);
    });
  }
}
