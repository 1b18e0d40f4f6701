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
  const bases: MergeBase[] = [];
  const root = rootOf(branches);
  // Both may have merged thousands of the same branches. A commit has a higher SCN than all that it contains, so the newest
  // come first, and of the others only those are looked at that none of them contains.
  for (const { branch, scn } of sharedCommits(a, b)) {
    if (bases.some(({ vector }) => (vector.get(branch) ?? 0) >= scn)) continue;
    if (branch === root.timeline && scn === root.scn) {
      bases.push({ branch, scn, file: branch, vector: new Map([[branch, scn]]) });
      continue;
    }
    const file = branches.holdersOf(branch, scn).find((each) => views.head(each).commits.horizon() <= scn);
    if (file === undefined) {
      throw new HeliosError(
        "POINT_EXPIRED",
        `The branches can't be merged: their newest common state (SCN ${scn}) has been removed, by retention or with its branch.`,
        { scn },
      );
    }
    bases.push({ branch, scn, file, vector: lineageOf(branches, views, file, scn).vector });
  }
  return bases.reverse();
}

/** For each timeline that both have, the last of its commits that both contain, newest first. */
function sharedCommits(a: VersionVector, b: VersionVector): { readonly branch: string; readonly scn: number }[] {
  const shared: { branch: string; scn: number }[] = [];
  for (const [branch, scn] of a) {
    const other = b.get(branch);
    if (other !== undefined) shared.push({ branch, scn: Math.min(scn, other) });
  }
  return shared.sort((x, y) => y.scn - x.scn);
}

export function lineageOf(branches: BranchTable, views: PointInTimeViews, file: string, scn: number): StateLineage {
  const head = views.head(file);
  return head.read(() => lineageAt(head.db, branches, scn));
}
