import { HeliosError } from "@heliosdb/port";
import type { WriterContext } from "../control/context.js";
import { type Base, findBases } from "../merge/bases.js";
import { isContained, lastShared, type Reach, type ReachedState, reachAt, rootOf } from "../merge/reach.js";
import type { Location } from "../meta/branches.js";
import type { BranchRecord } from "../meta/records.js";

/** With more branches than this, pairs are not looked at one by one: what they need is taken from where they fork. */
const MOST_IN_PAIRS = 120;

/** One branch that may still be merged. */
interface Head extends ReachedState {
  readonly location: Location;
}

/** What of each file must stay readable. */
export interface Pins {
  /** The oldest SCN that a file's history must lead back to; absent where nothing holds it. */
  readonly horizons: ReadonlyMap<string, number>;
  /** Files that somebody reads from or that hold a merge base, beside the live branches' own. */
  readonly needed: ReadonlySet<string>;
}

/**
 * Unwritten branches need the state they fork from. Any two branches may be merged, which reads their bases and the
 * changes of both since then. Branches that `isGoing` names need nothing any more.
 */
export function findPins(context: WriterContext, isGoing: (branch: BranchRecord) => boolean): Pins {
  const { branches } = context;
  const horizons = new Map<string, number>();
  const needed = new Set<string>();
  const pin = (file: string, scn: number) => {
    horizons.set(file, Math.min(horizons.get(file) ?? Number.POSITIVE_INFINITY, scn));
    needed.add(file);
  };
  for (const timeline of branches.timelines) {
    if (timeline.materialised || timeline.purgedAt !== null || timeline.origin === null) continue;
    if (isGoing(branches.byIdOrNull(timeline.branch)!)) continue;
    pin(timeline.origin, timeline.fork!);
  }
  const staying = branches.kept().filter((branch) => !isGoing(branch));
  const heads = staying.map((branch) => headOf(context, branches.locate(branch)));
  if (heads.length <= MOST_IN_PAIRS) pinPairs(context, heads, pin);
  else pinForks(context, heads, pin);
  return { horizons, needed };
}

function headOf({ branches, states }: WriterContext, location: Location): Head {
  const head = states.head(location.file);
  return head.within(() => ({ location, ...reachAt(head.db, branches, location.cap) }));
}

function pinPairs(context: WriterContext, heads: readonly Head[], pin: (file: string, scn: number) => void): void {
  const root = rootOf(context.branches);
  heads.forEach((a, i) => {
    for (const b of heads.slice(0, i)) {
      const bases = basesOf(context, a.reach, b.reach);
      // Against the first commit of all, everything that is there is new: no history is asked.
      if (bases.every((base) => base.scn === root.scn)) continue;
      for (const head of [a, b]) pin(head.location.file, lastShared(head.lineage, bases));
      for (const base of bases) pin(fileOf(base, a, b), base.scn);
      pinFolded(context, bases, root.scn, pin);
    }
  });
}

/** Several bases are merged themselves, over their own bases. */
function pinFolded(
  context: WriterContext,
  bases: readonly Base[],
  root: number,
  pin: (file: string, scn: number) => void,
): void {
  bases.forEach((base, i) => {
    for (const earlier of bases.slice(0, i)) {
      const commons = basesOf(context, earlier.reach, base.reach);
      for (const common of commons) if (common.scn !== root) pin(common.file, common.scn);
      pinFolded(context, commons, root, pin);
    }
  });
}

/** None where the pair can't be merged any more. */
function basesOf({ branches, states }: WriterContext, a: Reach, b: Reach): Base[] {
  try {
    return findBases(branches, states, a, b);
  } catch (error) {
    if (error instanceof HeliosError && error.code === "POINT_EXPIRED") return [];
    throw error;
  }
}

/** As a merge reads it: on the lineage of either side where it is there, else in the base's own file. */
function fileOf(base: Base, a: Head, b: Head): string {
  const holder = [a, b].find((head) => (head.lineage.get(base.branch) ?? 0) >= base.scn);
  return holder?.location.file ?? base.file;
}

/** Never later than what the pairs would need: where the lineage of some other branch leaves that of the file. */
function pinForks({ branches }: WriterContext, heads: readonly Head[], pin: (file: string, scn: number) => void): void {
  const oldest = new Map<string, number>();
  for (const { lineage } of heads) {
    for (const [timeline, scn] of lineage) oldest.set(timeline, Math.min(oldest.get(timeline) ?? scn, scn));
  }
  for (const { location, lineage } of heads) {
    pin(location.file, Math.min(...[...lineage.keys()].map((timeline) => oldest.get(timeline)!)));
  }
  for (const file of branches.files()) {
    const containing = heads.filter(({ reach }) => reach.has(file));
    const own = heads.some(({ location }) => location.file === file);
    if (own || containing.length < 2 || containing.every(({ reach }) => isContained(reach, containing[0]!.reach)))
      continue;
    pin(file, branches.timeline(file)?.fork ?? 0);
  }
}
