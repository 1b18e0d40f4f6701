import type { CommitDensity } from "@heliosdb/client";

export type Bucket = CommitDensity["buckets"][number];

/** Where a step leads: to a commit, to a part that has to be looked into more closely, or to nowhere. */
export type Step = { readonly scn: number } | { readonly within: Bucket } | null;

/** @param buckets oldest first */
export function stepFrom(buckets: readonly Bucket[], scn: number, direction: -1 | 1): Step {
  if (direction === -1) {
    const bucket = buckets.findLast(({ first }) => first.scn < scn);
    if (!bucket) return null;
    return bucket.last.scn < scn ? { scn: bucket.last.scn } : { within: bucket };
  }
  const bucket = buckets.find(({ last }) => last.scn > scn);
  if (!bucket) return null;
  return bucket.first.scn > scn ? { scn: bucket.first.scn } : { within: bucket };
}

/**
 * The commit before or after `scn`; null at the end of the history.
 * @param look the parts of one part
 */
export async function neighbour(
  buckets: readonly Bucket[],
  scn: number,
  direction: -1 | 1,
  look: (bucket: Bucket) => Promise<readonly Bucket[]>,
): Promise<number | null> {
  let parts = buckets;
  for (;;) {
    const step = stepFrom(parts, scn, direction);
    if (step === null) return null;
    if ("scn" in step) return step.scn;
    const { first, last } = step.within;
    // Commits of the same moment can't be told apart by time.
    if (first.timestamp.getTime() === last.timestamp.getTime()) return direction === -1 ? first.scn : last.scn;
    const closer = await look(step.within);
    if (closer.length === 0) return direction === -1 ? first.scn : last.scn;
    if (closer.length === 1 && closer[0]!.first.scn === first.scn && closer[0]!.last.scn === last.scn) {
      return direction === -1 ? first.scn : last.scn;
    }
    parts = closer;
  }
}

/** The parts, with some of them replaced by their own parts; those that had none stay. */
export function split(
  buckets: readonly Bucket[],
  some: readonly Bucket[],
  parts: readonly (readonly Bucket[])[],
): readonly Bucket[] {
  return buckets.flatMap((bucket) => {
    const own = parts[some.indexOf(bucket)] ?? [];
    return own.length > 0 ? own : [bucket];
  });
}
