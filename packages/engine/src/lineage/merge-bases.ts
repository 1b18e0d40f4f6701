import { HeliosError } from "@heliosdb/port";
import type { BranchTable } from "../meta/branches.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import { lineageAt, rootOf, type StateLineage, type VersionVector } from "./version-vector.js";

/** A commit that both sides contain and that no newer common commit contains. */
export interface MergeBase {
  /** The timeline it was made on. */
  readonly branch: string;
  readonly scn: number;
  /** A file that contains it. */
  readonly file: string;
  readonly vector: VersionVector;
}

/**
 * The merge bases of two states: of the commits (timeline, last one that both contain), those that no other contains.
 * The commit graph is never walked. Throws POINT_EXPIRED if one has been removed: with an older common commit in its
 * place, changes made since would look as if they had never happened.
 */
export function findMergeBases(
  branches: BranchTable,
  views: PointInTimeViews,
  a: VersionVector,
  b: VersionVector,
): MergeBase[] {
  const shared: MergeBase[] = [];
  const root = rootOf(branches);
  const gone: { branch: string; scn: number }[] = [];
  for (const [branch, scn] of a) {
    const other = b.get(branch);
    if (other === undefined) continue;
    const last = Math.min(scn, other);
    if (branch === root.timeline && last === root.scn) {
      shared.push({ branch, scn: last, file: branch, vector: new Map([[branch, last]]) });
      continue;
    }
    const file = branches.holdersOf(branch, last).find((each) => views.head(each).commits.horizon() <= last);
    if (file === undefined) gone.push({ branch, scn: last });
    else shared.push({ branch, scn: last, file, vector: lineageOf(branches, views, file, last).vector });
  }
  const lost = gone.find(({ branch, scn }) => !shared.some((base) => (base.vector.get(branch) ?? 0) >= scn));
  if (lost) {
    throw new HeliosError(
      "POINT_EXPIRED",
      `The branches can't be merged: their newest common state (SCN ${lost.scn}) has been removed, by retention or with its branch.`,
      { scn: lost.scn },
    );
  }
  const newest = shared.filter(
    (base) => !shared.some((other) => other !== base && (other.vector.get(base.branch) ?? 0) >= base.scn),
  );
  return newest.sort((x, y) => x.scn - y.scn);
}

export function lineageOf(branches: BranchTable, views: PointInTimeViews, file: string, scn: number): StateLineage {
  const head = views.head(file);
  return head.read(() => lineageAt(head.db, branches, scn));
}
