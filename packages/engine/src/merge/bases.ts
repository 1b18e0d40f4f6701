import type { BranchTable } from "../meta/branches.js";
import type { States } from "../read/states.js";
import { type Reach, type ReachedState, reachAt } from "./reach.js";

/** A commit that both sides contain, with nothing newer between it and both. */
export interface Base {
  /** The timeline it was made on, whose file holds it. */
  readonly branch: string;
  readonly scn: number;
  readonly reach: Reach;
}

/**
 * The merge bases of two states: of the commits (branch, last one that both contain), those that no other contains. The
 * commit graph is never walked. A branch whose file is gone has no base to offer; an older common ancestor then serves.
 */
export function findBases(branches: BranchTable, states: States, a: Reach, b: Reach): Base[] {
  const shared: Base[] = [];
  for (const [branch, scn] of a) {
    const other = b.get(branch);
    if (other === undefined || !hasFile(branches, branch)) continue;
    const last = Math.min(scn, other);
    shared.push({ branch, scn: last, reach: reachOf(branches, states, branch, last).reach });
  }
  const newest = shared.filter(
    (base) => !shared.some((other) => other !== base && (other.reach.get(base.branch) ?? 0) >= base.scn),
  );
  return newest.sort((x, y) => x.scn - y.scn);
}

function hasFile(branches: BranchTable, id: string): boolean {
  const timeline = branches.timeline(id);
  return timeline?.materialised === true && timeline.purgedAt === null;
}

export function reachOf(branches: BranchTable, states: States, file: string, scn: number): ReachedState {
  const head = states.head(file);
  return head.within(() => reachAt(head.db, branches, scn));
}
