import type { MergeBase } from "./merge-bases.js";

/**
 * Folds several merge bases into one, for anything that can be read from each base and merged three-way: the bases are
 * themselves merged, pair by pair, over their own bases.
 */
export function foldMergeBases<T>(
  bases: readonly MergeBase[],
  common: (a: MergeBase, b: MergeBase) => MergeBase[],
  read: (base: MergeBase) => T,
  merge: (common: T | undefined, a: T, b: T) => T,
): T {
  let folded = read(bases[0]!);
  for (let i = 1; i < bases.length; i++) {
    const commons = commonBases(bases, i, common);
    const was = commons.length === 0 ? undefined : foldMergeBases(commons, common, read, merge);
    folded = merge(was, folded, read(bases[i]!));
  }
  return folded;
}

/** The merge bases of the base at `i` and those before it. */
function commonBases(
  bases: readonly MergeBase[],
  i: number,
  common: (a: MergeBase, b: MergeBase) => MergeBase[],
): MergeBase[] {
  const commons = bases.slice(0, i).flatMap((earlier) => common(earlier, bases[i]!));
  return commons
    .filter(
      (base) => !commons.some((other) => other.scn !== base.scn && (other.vector.get(base.branch) ?? 0) >= base.scn),
    )
    .filter((base, at, all) => all.findIndex((other) => other.scn === base.scn) === at)
    .sort((a, b) => a.scn - b.scn);
}
