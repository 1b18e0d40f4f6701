import { HeliosError } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { States } from "../view/point-in-time-views.js";
import { type Reach, type ReachedState, reachAt, rootOf } from "./version-vector.js";

/** A commit that both sides contain, with nothing newer between it and both. */
export interface Base {
  /** The timeline it was made on. */
  readonly branch: string;
  readonly scn: number;
  /** A file that holds it. */
  readonly file: string;
  readonly reach: Reach;
}

/**
 * The merge bases of two states: of the commits (timeline, last one that both contain), those that no other contains.
 * The commit graph is never walked. Throws POINT_EXPIRED where one has been cleared away: an older common commit in its
 * place would make changes since then look as if they had never been.
 */
export function findBases(branches: BranchTable, states: States, a: Reach, b: Reach): Base[] {
  const shared: Base[] = [];
  const root = rootOf(branches);
  const gone: { branch: string; scn: number }[] = [];
  for (const [branch, scn] of a) {
    const other = b.get(branch);
    if (other === undefined) continue;
    const last = Math.min(scn, other);
    if (branch === root.timeline && last === root.scn) {
      shared.push({ branch, scn: last, file: branch, reach: new Map([[branch, last]]) });
      continue;
    }
    const file = branches.holdersOf(branch, last).find((each) => states.head(each).commits.horizon() <= last);
    if (file === undefined) gone.push({ branch, scn: last });
    else shared.push({ branch, scn: last, file, reach: reachOf(branches, states, file, last).reach });
  }
  const lost = gone.find(({ branch, scn }) => !shared.some((base) => (base.reach.get(branch) ?? 0) >= scn));
  if (lost) {
    throw new HeliosError(
      "POINT_EXPIRED",
      `The newest state that both branches share (SCN ${lost.scn}) has been removed, by retention or with the branch that made it, so they can't be merged.`,
      { scn: lost.scn },
    );
  }
  const newest = shared.filter(
    (base) => !shared.some((other) => other !== base && (other.reach.get(base.branch) ?? 0) >= base.scn),
  );
  return newest.sort((x, y) => x.scn - y.scn);
}

export function reachOf(branches: BranchTable, states: States, file: string, scn: number): ReachedState {
  const head = states.head(file);
  return head.within(() => reachAt(head.db, branches, scn));
}
