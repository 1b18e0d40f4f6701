import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Bucket, neighbour, split, stepFrom } from "../src/scrubber/steps.js";
import { placeOf, scnAt, trackOf } from "../src/scrubber/track.js";

/** Commits as [scn, second]. */
type Commits = readonly (readonly [scn: number, second: number])[];

/** What the server counts: commits by parts of so many seconds. */
function buckets(commits: Commits, width: number): readonly Bucket[] {
  const parts = new Map<number, Commits[number][]>();
  for (const commit of commits) {
    const part = Math.floor(commit[1] / width);
    parts.set(part, [...(parts.get(part) ?? []), commit]);
  }
  const point = ([scn, second]: Commits[number]) => ({ scn, timestamp: new Date(second * 1000) });
  return [...parts].map(([part, own]) => ({
    from: new Date(part * width * 1000),
    until: new Date((part + 1) * width * 1000 - 1),
    commits: own.length,
    first: point(own[0]!),
    last: point(own.at(-1)!),
  }));
}

const COMMITS: Commits = [
  [1, 0],
  [4, 100],
  [5, 101],
  [9, 102],
  [20, 5000],
];
const look = async ({ first, last }: Bucket) =>
  buckets(
    COMMITS.filter(([scn]) => scn >= first.scn && scn <= last.scn),
    1,
  );

describe("a step of the scrubber", () => {
  it("leads to the next commit, through parts that hold several", async () => {
    const parts = buckets(COMMITS, 1000);
    expect(parts.map(({ commits }) => commits)).toEqual([4, 1]);
    const walk = async (from: number, direction: -1 | 1) => {
      const found: number[] = [];
      for (let scn: number | null = from; scn !== null; ) {
        scn = await neighbour(parts, scn, direction, look);
        if (scn !== null) found.push(scn);
      }
      return found;
    };
    expect(await walk(20, -1)).toEqual([9, 5, 4, 1]);
    expect(await walk(1, 1)).toEqual([4, 5, 9, 20]);
    expect(await walk(7, -1)).toEqual([5, 4, 1]);
    expect(stepFrom(parts, 1, -1)).toBeNull();
    expect(stepFrom([], 1, 1)).toBeNull();
  });

  it("passes over commits of one moment together, and ends", async () => {
    const same: Commits = [
      [1, 7],
      [2, 7],
      [3, 7],
    ];
    const parts = buckets(same, 1000);
    expect(await neighbour(parts, 3, -1, async () => parts)).toBe(1);
    expect(await neighbour(parts, 1, 1, async () => parts)).toBe(3);
    expect(await neighbour(buckets(COMMITS, 1000), 9, -1, async () => [])).toBe(1);
  });
});

describe("the track", () => {
  const track = trackOf(buckets(COMMITS, 1));
  it("goes from the oldest commit to the newest", () => {
    expect(scnAt(track, 0)).toBe(1);
    expect(scnAt(track, 1)).toBe(20);
    expect(placeOf(track, 20)).toBeCloseTo(1);
    expect(placeOf(track, 1)).toBe(0);
    expect(scnAt(trackOf([]), 0.5)).toBeNull();
  });

  it("reads the newest commit up to a place, never one that lies ahead", () => {
    for (const [scn] of COMMITS) {
      expect(scnAt(track, placeOf(track, scn))).toBe(scn);
      expect(scnAt(track, placeOf(track, scn) - 0.001) ?? 1).toBeLessThanOrEqual(scn);
    }
  });

  it("never goes back while the sun goes on", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.nat(4000)), { minLength: 1, maxLength: 60 }),
        fc.integer({ min: 1, max: 900 }),
        (steps, width) => {
          const commits: [number, number][] = [];
          for (const [scn, second] of steps) {
            const [lastScn, lastSecond] = commits.at(-1) ?? [0, 0];
            commits.push([lastScn + 1 + scn, lastSecond + second]);
          }
          const own = trackOf(buckets(commits, width));
          const seen = Array.from({ length: 101 }, (_, place) => scnAt(own, place / 100)!);
          expect(seen).toEqual([...seen].sort((a, b) => a - b));
          expect([seen[0]! >= commits[0]![0], seen.at(-1)]).toEqual([true, commits.at(-1)![0]]);
        },
      ),
    );
  });

  it("shows full parts in more detail", () => {
    const rough = buckets(COMMITS, 1000);
    const fine = buckets(COMMITS.slice(0, 4), 1);
    expect(split(rough, [rough[0]!], [fine])).toHaveLength(5);
    expect(split(rough, [rough[0]!], [[]])).toEqual(rough);
  });
});
