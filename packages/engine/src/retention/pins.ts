import { HeliosError } from "@heliosdb/port";
import type { WriterContext } from "../control/context.js";
import { findMergeBases, type MergeBase } from "../lineage/merge-bases.js";
import {
  isContained,
  lastShared,
  lineageAt,
  rootOf,
  type StateLineage,
  type VersionVector,
} from "../lineage/version-vector.js";
import type { Location } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";

/** With more branches than this, pairs are not considered one by one: pins are taken from their forks. */
const MOST_IN_PAIRS = 120;

/** One branch that may still be merged. */
interface Head extends StateLineage {
  readonly location: Location;
}

/** The history that must stay readable, by file. */
export interface Pins {
  /** The oldest SCN that a file's history must lead back to; absent if nothing pins it. */
  readonly horizons: ReadonlyMap<string, number>;
  /** Files that somebody reads from or that have a merge base, besides those of live branches. */
  readonly needed: ReadonlySet<string>;
}

/** Which branches no longer pin anything, and a text that changes when that does. */
export interface Going {
  readonly going: (branch: BranchRecord) => boolean;
  readonly key: string;
}

/**
 * Unwritten branches need the state that they fork from. Any two branches may be merged, which reads their bases and
 * the changes of both since then.
 *
 * Pins are found in steps, and found again after a branch was made, merged, reset or deleted. Plain writes don't
 * matter: the common commits of two branches can only become newer by a merge, and an older pin keeps more.
 */
export class PinFinder {
  private found: { readonly key: string; readonly pins: Pins } | null = null;
  private readonly heads = new Map<string, Head>();

  constructor(
    private readonly context: WriterContext,
    private readonly going: () => Going,
  ) {}

  /** The result is valid until the caller next pauses. */
  *find(): Generator<null, Pins> {
    for (;;) {
      const { going, key } = this.going();
      const state = () => `${this.context.branches.version} ${this.going().key}`;
      const begun = `${this.context.branches.version} ${key}`;
      if (this.found?.key === begun) return this.found.pins;
      const search = this.search(going);
      for (;;) {
        const { done, value } = search.next();
        if (done) {
          this.found = { key: begun, pins: value };
          return value;
        }
        yield null;
        if (state() !== begun) break;
      }
    }
  }

  private *search(isGoing: (branch: BranchRecord) => boolean): Generator<null, Pins> {
    const { branches } = this.context;
    const pinned = new Pinned();
    for (const timeline of branches.timelines) {
      if (timeline.materialised || timeline.purgedAt !== null || timeline.origin === null) continue;
      if (isGoing(branches.byIdOrNull(timeline.branch)!)) continue;
      pinned.pin(timeline.origin, timeline.fork!);
    }
    const heads: Head[] = [];
    for (const branch of branches.kept()) {
      if (isGoing(branch)) continue;
      heads.push(this.headOf(branches.locate(branch)));
      yield null;
    }
    if (heads.length <= MOST_IN_PAIRS) yield* pinPairs(this.context, heads, pinned);
    else yield* pinForks(this.context, heads, pinned);
    return pinned;
  }

  /** The head of a file without newer commits has not changed. */
  private headOf(location: Location): Head {
    const { branches, views } = this.context;
    const { head: scn } = views.known.at(location);
    const known = this.heads.get(location.timeline);
    if (known?.scn === scn && known.location.file === location.file) return known;
    const state = views.head(location.file);
    const head = state.read(() => ({ location, ...lineageAt(state.db, branches, location.cap) }));
    this.heads.set(location.timeline, head);
    return head;
  }
}

class Pinned implements Pins {
  readonly horizons = new Map<string, number>();
  readonly needed = new Set<string>();

  pin(file: string, scn: number): void {
    this.horizons.set(file, Math.min(this.horizons.get(file) ?? Number.POSITIVE_INFINITY, scn));
    this.needed.add(file);
  }
}

function* pinPairs(context: WriterContext, heads: readonly Head[], pinned: Pinned): Generator<null, void> {
  const root = rootOf(context.branches);
  for (const [i, a] of heads.entries()) {
    for (const b of heads.slice(0, i)) {
      pinPair(context, a, b, root.scn, pinned);
      yield null;
    }
  }
}

function pinPair(context: WriterContext, a: Head, b: Head, root: number, pinned: Pinned): void {
  const bases = basesOf(context, a.vector, b.vector);
  // Compared with the very first commit, everything is new: no history is needed.
  if (bases.every((base) => base.scn === root)) return;
  for (const head of [a, b]) pinned.pin(head.location.file, lastShared(head.lineage, bases));
  for (const base of bases) pinned.pin(fileOf(base, a, b), base.scn);
  pinFolded(context, bases, root, pinned);
}

/** Several bases are merged themselves, over their own bases. */
function pinFolded(context: WriterContext, bases: readonly MergeBase[], root: number, pinned: Pinned): void {
  bases.forEach((base, i) => {
    for (const earlier of bases.slice(0, i)) {
      const commons = basesOf(context, earlier.vector, base.vector);
      for (const common of commons) if (common.scn !== root) pinned.pin(common.file, common.scn);
      pinFolded(context, commons, root, pinned);
    }
  });
}

/** Empty if the pair can't be merged any more. */
function basesOf({ branches, views }: WriterContext, a: VersionVector, b: VersionVector): MergeBase[] {
  try {
    return findMergeBases(branches, views, a, b);
  } catch (error) {
    if (error instanceof HeliosError && error.code === "POINT_EXPIRED") return [];
    throw error;
  }
}

/** As a merge reads it: on the lineage of either side if it is there, else in the base's own file. */
function fileOf(base: MergeBase, a: Head, b: Head): string {
  const holder = [a, b].find((head) => (head.lineage.get(base.branch) ?? 0) >= base.scn);
  return holder?.location.file ?? base.file;
}

/** Never later than the pairs would need: where the lineage of another branch leaves that of the file. */
function* pinForks({ branches }: WriterContext, heads: readonly Head[], pinned: Pinned): Generator<null, void> {
  const oldest = new Map<string, number>();
  for (const { lineage } of heads) {
    for (const [timeline, scn] of lineage) oldest.set(timeline, Math.min(oldest.get(timeline) ?? scn, scn));
  }
  yield null;
  const own = new Set<string>();
  const containing = new Map<string, VersionVector[]>();
  for (const { location, lineage, vector } of heads) {
    own.add(location.file);
    pinned.pin(location.file, Math.min(...[...lineage.keys()].map((timeline) => oldest.get(timeline)!)));
    for (const timeline of vector.keys()) {
      const vectors = containing.get(timeline);
      if (vectors) vectors.push(vector);
      else containing.set(timeline, [vector]);
    }
    yield null;
  }
  for (const file of branches.files()) {
    const vectors = own.has(file) ? [] : (containing.get(file) ?? []);
    if (vectors.length < 2 || vectors.every((vector) => isContained(vector, vectors[0]!))) continue;
    pinned.pin(file, branches.timeline(file)?.fork ?? 0);
    yield null;
  }
}
