import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Folding, fairShare } from "../../src/graph/folding.js";

const commits = fc
  .uniqueArray(fc.integer({ min: 1.7e15, max: 1.7e15 + 1e6 }), { minLength: 1, maxLength: 200 })
  .map((times) => times.sort((a, b) => a - b).map((timestamp, i) => ({ scn: i + 1, timestamp })));

function folded(points: readonly { scn: number; timestamp: number }[], most: number): Folding {
  const folding = new Folding(most);
  for (const point of points) folding.add({ ...point, kind: "write", merged: null });
  return folding;
}

describe("folding", () => {
  it("keeps every commit, in order, in few enough groups, with the least width that gives so few", () => {
    fc.assert(
      fc.property(commits, fc.integer({ min: 1, max: 50 }), (points, most) => {
        const { groups, width } = folded(points, most);
        expect(groups.length).toBeLessThanOrEqual(most);
        let next = 0;
        for (const { commits: count, first, last } of groups) {
          expect([first, last]).toEqual([points[next], points[next + count - 1]]);
          next += count;
        }
        expect(next).toBe(points.length);
        const buckets = (of: number) => new Set(points.map(({ timestamp }) => Math.floor(timestamp / of))).size;
        if (width === 0) expect(groups).toHaveLength(points.length);
        else {
          expect(groups).toHaveLength(buckets(width));
          expect(width === 1 ? points.length : buckets(width / 2)).toBeGreaterThan(most);
        }
      }),
    );
  });

  it("gives groups of one width that lie within those of the next", () => {
    fc.assert(
      fc.property(commits, fc.integer({ min: 2, max: 50 }), (points, most) => {
        const ends = (groups: Folding["groups"]) => new Set(groups.map(({ last }) => last.scn));
        const fine = ends(folded(points, most).groups);
        for (const end of ends(folded(points, Math.ceil(most / 2)).groups)) expect(fine).toContain(end);
      }),
    );
  });

  it("names the newest merge of each source, of as many sources as fit", () => {
    const folding = new Folding(1);
    for (let i = 1; i <= 30; i++) {
      folding.add({
        scn: i,
        timestamp: i,
        kind: i % 3 === 0 ? "merge" : "write",
        merged: i % 3 === 0 ? `br_${i % 30}@${i - 1}` : null,
      });
    }
    folding.add({ scn: 40, timestamp: 40, kind: "merge", merged: "br_27@39" });
    const [group] = folding.groups;
    expect(group).toMatchObject({ commits: 31, kinds: ["write", "merge"] });
    expect(group!.merges).toHaveLength(8);
    expect(group!.merges[0]).toEqual({ source: "br_27", sourceScn: 39, scn: 40 });
    expect(group!.merges.map(({ scn }) => scn)).toEqual([40, 30, 24, 21, 18, 15, 12, 9]);
  });
});

it("a fair share gives all to those who need little, and the same to the others", () => {
  expect(fairShare([], 10)).toBe(1);
  expect(fairShare([3, 4], 10)).toBe(4);
  expect(fairShare([1, 1, 100], 10)).toBe(8);
  expect(fairShare([5, 100, 100], 10)).toBe(3);
  expect(fairShare([7, 7, 7], 2)).toBe(1);
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 1 }), fc.nat(200), (counts, total) => {
      const share = fairShare(counts, total);
      const used = counts.reduce((sum, count) => sum + Math.min(count, share), 0);
      if (share > 1) expect(used).toBeLessThanOrEqual(total);
    }),
  );
});
