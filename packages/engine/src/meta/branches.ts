import { randomBytes } from "node:crypto";
import { type BranchRef, HeliosError, type PointInTime, snapshotScn } from "@heliosdb/port";
import type { ChangedRecords, MetaDb } from "./meta-db.js";
import type { BranchRecord, TimelineRecord } from "./records.js";

/** Where rows are: a file, and the newest SCN in it that counts. */
export interface Location {
  readonly timeline: string;
  readonly file: string;
  /** Infinity for a timeline that has a file, or one that follows its parent's head. */
  readonly cap: number;
}

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** The branches and timelines of a database, as they were in meta.db at the last refresh. */
export class BranchTable {
  private readonly byId: Map<string, BranchRecord>;
  private readonly byTimeline: Map<string, TimelineRecord>;
  private readonly byName: Map<string, BranchRecord>;
  /** Timelines of each branch, oldest first. */
  private readonly timelinesOf = new Map<string, TimelineRecord[]>();
  private readonly locations = new Map<string, Location>();

  constructor(branches: readonly BranchRecord[], timelines: readonly TimelineRecord[]) {
    this.byId = new Map(branches.map((branch) => [branch.id, branch]));
    this.byName = new Map(
      branches.filter((branch) => branch.deletedAt === null).map((branch) => [branch.name, branch]),
    );
    this.byTimeline = new Map(timelines.map((timeline) => [timeline.id, timeline]));
    for (const timeline of timelines) {
      const of = this.timelinesOf.get(timeline.branch) ?? [];
      of.push(timeline);
      this.timelinesOf.set(timeline.branch, of);
    }
  }

  static read(meta: MetaDb): BranchTable {
    return new BranchTable(meta.branches(), meta.timelines());
  }

  /** Rises with every change to a branch or a timeline. */
  version = 0;

  /** Applies changes; the cost does not depend on the number of branches. */
  apply({ branches, timelines }: ChangedRecords): void {
    if (branches.size + timelines.size > 0) this.version++;
    for (const [id, branch] of branches) this.applyBranch(id, branch);
    for (const [id, timeline] of timelines) this.applyTimeline(id, timeline);
  }

  private applyBranch(id: string, branch: BranchRecord | null): void {
    const before = this.byId.get(id);
    if (before && this.byName.get(before.name)?.id === id) this.byName.delete(before.name);
    if (branch === null) {
      this.byId.delete(id);
      return;
    }
    this.byId.set(id, branch);
    if (branch.deletedAt === null) this.byName.set(branch.name, branch);
  }

  private applyTimeline(id: string, timeline: TimelineRecord | null): void {
    this.locations.delete(id);
    const branch = timeline?.branch ?? this.byTimeline.get(id)?.branch;
    if (timeline === null) this.byTimeline.delete(id);
    else this.byTimeline.set(id, timeline);
    if (branch === undefined) return;
    const of = (this.timelinesOf.get(branch) ?? []).filter((each) => each.id !== id);
    if (timeline !== null) of.push(timeline);
    if (of.length === 0) this.timelinesOf.delete(branch);
    else this.timelinesOf.set(branch, of.sort(bySince));
  }

  /** In no order. */
  each(): Iterable<BranchRecord> {
    return this.byId.values();
  }

  /** Oldest first. */
  get all(): readonly BranchRecord[] {
    return [...this.byId.values()].sort((a, b) => a.createdAt - b.createdAt);
  }

  /** Oldest first. */
  get timelines(): readonly TimelineRecord[] {
    return [...this.byTimeline.values()].sort(bySince);
  }

  /** A live branch by name or id. */
  get(ref: BranchRef): BranchRecord {
    const branch = this.byName.get(ref) ?? this.byId.get(ref);
    if (!branch || branch.deletedAt !== null) throw notFound(ref);
    return branch;
  }

  /** A deleted branch that can still be undeleted, by its id. */
  getDeleted(id: string): BranchRecord {
    const branch = this.byId.get(id);
    if (!branch || branch.deletedAt === null || branch.purgedAt !== null) throw notFound(id);
    return branch;
  }

  /** A live branch by name or id, or a deleted one by its id. */
  find(ref: BranchRef): BranchRecord {
    const branch = this.byId.get(ref);
    return branch?.purgedAt === null ? branch : this.get(ref);
  }

  byIdOrNull(id: string | null): BranchRecord | null {
    return id === null ? null : (this.byId.get(id) ?? null);
  }

  timeline(id: string): TimelineRecord | undefined {
    return this.byTimeline.get(id);
  }

  /** The branch that a timeline belongs or belonged to. */
  ownerOf(timeline: string): BranchRecord | null {
    return this.byIdOrNull(this.byTimeline.get(timeline)?.branch ?? null);
  }

  /** The current timeline of a branch. */
  current(branch: BranchRecord): TimelineRecord {
    return this.byTimeline.get(branch.timeline)!;
  }

  /** Of a branch, oldest first. */
  allTimelines(branch: BranchRecord): readonly TimelineRecord[] {
    return this.timelinesOf.get(branch.id) ?? [];
  }

  live(): BranchRecord[] {
    return this.all.filter((branch) => branch.deletedAt === null);
  }

  /** Live branches, and deleted ones that can be undeleted. */
  kept(): BranchRecord[] {
    return this.all.filter((branch) => branch.purgedAt === null);
  }

  /** Timelines that have files. */
  files(): string[] {
    return this.timelines.filter((each) => each.materialised && each.purgedAt === null).map((each) => each.id);
  }

  /**
   * Files that contain a commit of a timeline: the timeline's own, and those of timelines that descend from it after
   * the commit. Empty if all of them have been removed.
   */
  holdersOf(timeline: string, scn: number): string[] {
    const holders = this.files().filter((file) => this.holds(file, timeline, scn));
    return holders.sort((a, b) => Number(b === timeline) - Number(a === timeline));
  }

  private holds(file: string, timeline: string, scn: number): boolean {
    let cap = Number.POSITIVE_INFINITY;
    for (let at = this.byTimeline.get(file); at && cap >= scn; ) {
      if (at.id === timeline) return true;
      cap = Math.min(cap, at.fork ?? Number.POSITIVE_INFINITY);
      at = at.origin === null ? undefined : this.byTimeline.get(at.origin);
    }
    return false;
  }

  children(branch: BranchRecord): BranchRecord[] {
    return this.live().filter((other) => other.parent === branch.id);
  }

  has(name: string): boolean {
    return this.byName.has(name);
  }

  /** Where a branch is read at a point in time: after a reset, earlier states are on an earlier timeline. */
  locate(branch: BranchRecord, at?: PointInTime): Location {
    return this.locateTimeline(this.inForce(branch, at));
  }

  /**
   * True for the timeline of a branch that follows its parent: its history, too, is that of the parent's current
   * timeline.
   */
  private follows(timeline: TimelineRecord): boolean {
    return timeline.origin === null && !timeline.materialised;
  }

  /** The branch whose state a branch shows: itself, or the nearest ancestor that does not follow its parent. */
  followed(branch: BranchRecord): BranchRecord {
    let at = branch;
    while (this.follows(this.current(at))) at = this.byId.get(at.parent!)!;
    return at;
  }

  locateTimeline(timeline: TimelineRecord): Location {
    const known = this.locations.get(timeline.id);
    if (known) return known;
    let location: Location;
    if (this.follows(timeline)) {
      const parent = this.byId.get(this.byId.get(timeline.branch)!.parent!)!;
      return { ...this.locate(parent), timeline: timeline.id };
    }
    if (timeline.materialised) location = { timeline: timeline.id, file: timeline.id, cap: Number.POSITIVE_INFINITY };
    else location = { timeline: timeline.id, file: timeline.origin!, cap: timeline.fork! };
    this.locations.set(timeline.id, location);
    return location;
  }

  /** The branch's timeline at a point in time. */
  inForce(branch: BranchRecord, at: PointInTime = { kind: "now" }): TimelineRecord {
    const timelines = this.allTimelines(branch);
    if (timelines.length === 1 || at.kind === "now") return this.current(branch);
    const before = (timeline: TimelineRecord): boolean => {
      if (at.kind === "timestamp") return timeline.sinceAt <= at.until;
      const scn = at.kind === "snapshot" ? snapshotScn(at.id) : at.scn;
      return scn === null || timeline.since <= scn;
    };
    const found = timelines.findLast(before) ?? timelines[0]!;
    if (found.purgedAt !== null) {
      throw new HeliosError(
        "POINT_EXPIRED",
        `Branch '${branch.name}' was reset after that point in time, and its earlier history has been removed.`,
      );
    }
    return found;
  }
}

/** Throws INVALID_BRANCH_NAME for a name that can't be part of a path or could be mistaken for an id. */
export function checkBranchName(name: string): void {
  if (!NAME.test(name)) {
    throw new HeliosError(
      "INVALID_BRANCH_NAME",
      `Invalid branch name "${name.slice(0, 120)}". Expected 1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit.`,
    );
  }
  if (name.startsWith("br_") || UUID.test(name)) {
    throw new HeliosError(
      "INVALID_BRANCH_NAME",
      `Invalid branch name "${name}": it looks like a branch id. Choose another name.`,
    );
  }
}

/** `br_` and 16 random base32 characters. */
export function newBranchId(): string {
  const alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  return `br_${[...randomBytes(16)].map((byte) => alphabet[byte & 31]).join("")}`;
}

function bySince(a: TimelineRecord, b: TimelineRecord): number {
  return a.sinceAt - b.sinceAt;
}

function notFound(ref: string): HeliosError {
  return new HeliosError("BRANCH_NOT_FOUND", `Branch '${ref}' not found`);
}
