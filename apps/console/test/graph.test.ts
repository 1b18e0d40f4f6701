import type { Graph, GraphBranch, GraphGroup } from "@heliosdb/client";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { axisOf } from "../src/axis/axis.js";
import { folded } from "../src/graph/fold.js";
import { assignLanes, type Span } from "../src/graph/lanes.js";
import { inSight, layoutOf, momentsOf } from "../src/graph/layout.js";
import { nextDot } from "../src/graph/moves.js";
import { describe as describeDot, search } from "../src/graph/search.js";
import { panned, ticks, wholeOf, zoomed } from "../src/graph/window.js";

const span = (id: string, parentId: string | null, from: number, until: number): Span => ({
  id,
  parentId,
  from,
  until,
});

/** Branches whose parents begin before them. */
const SPANS = fc
  .array(fc.record({ parent: fc.nat(), from: fc.nat(100), length: fc.nat(60) }), { maxLength: 60 })
  .map((drawn) => {
    const spans: Span[] = [span("0", null, 0, 1000)];
    for (const { parent, from, length } of drawn) {
      const above = spans[parent % spans.length]!;
      const start = Math.max(above.from, from);
      spans.push(span(String(spans.length), above.id, start, start + length));
    }
    return spans;
  });

describe("the lanes of branches", () => {
  it("never hold two branches at the same time, and lie further out than the parent's", () => {
    fc.assert(
      fc.property(SPANS, (spans) => {
        const lanes = assignLanes(spans);
        for (const [index, one] of spans.entries()) {
          if (one.parentId !== null) expect(lanes.get(one.id)!).toBeGreaterThan(lanes.get(one.parentId)!);
          for (const other of spans.slice(index + 1)) {
            const overlap = one.from <= other.until && other.from <= one.until;
            if (overlap) expect(lanes.get(one.id)).not.toBe(lanes.get(other.id));
          }
        }
      }),
    );
  });

  it("don't depend on the order in which the branches come", () => {
    fc.assert(
      fc.property(SPANS, (spans) => {
        expect([...assignLanes([...spans].reverse())].sort()).toEqual([...assignLanes(spans)].sort());
      }),
    );
  });

  it("are used again when a branch has ended", () => {
    const lanes = assignLanes([
      span("main", null, 0, 100),
      span("a", "main", 10, 20),
      span("b", "main", 15, 40),
      span("c", "main", 30, 50),
    ]);
    expect([...lanes]).toEqual([
      ["main", 0],
      ["a", 1],
      ["b", 2],
      ["c", 1],
    ]);
  });

  it("are there for a branch whose parent isn't", () => {
    expect(assignLanes([span("lost", "gone", 5, 6)]).get("lost")).toBe(0);
  });
});

describe("the axis", () => {
  it("keeps the order of all moments, and comes back from each place", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(1e9), { maxLength: 40 }), fc.nat(1e9), fc.nat(1e9), (moments, a, b) => {
        const axis = axisOf(moments);
        if (a < b) expect(axis.at(a)).toBeLessThanOrEqual(axis.at(b));
        for (const moment of moments) expect(axis.moment(axis.at(moment))).toBeCloseTo(moment, 3);
      }),
    );
  });

  it("gives a burst room beside months of silence", () => {
    const [day, second] = [86_400_000, 1000];
    const burst = [0, 1, 2, 3, 4].map((at) => 90 * day + at * second);
    const axis = axisOf([0, ...burst]);
    expect(axis.at(burst[4]!) - axis.at(burst[0]!)).toBeGreaterThan(axis.length * 0.03);
    expect(axisOf([5, 5, 5]).length).toBeGreaterThan(0);
    expect(axisOf([]).length).toBeGreaterThan(0);
  });
});

const at = (scn: number) => ({ scn, timestamp: new Date(scn * 1000) });

function group(scn: number, more: Partial<GraphGroup> = {}): GraphGroup {
  const commit = { author: "ann", message: `Change ${scn}`, tables: ["users"], tableCount: 1 };
  return { commits: 1, first: at(scn), last: at(scn), types: ["transaction"], merges: [], commit, ...more };
}

function branch(
  id: string,
  parentId: string | null,
  fork: number,
  groups: readonly GraphGroup[],
  more: Partial<GraphBranch> = {},
): GraphBranch {
  return {
    ...{
      id,
      name: id,
      parent: parentId,
      parentId,
      createdAt: at(fork).timestamp,
      fork: at(fork),
      head: groups.at(-1)?.last ?? at(fork),
    },
    ...{
      state: "Active",
      isDefault: parentId === null,
      isProtected: false,
      expiresAt: null,
      deletedAt: null,
      commits: groups.length,
    },
    ...{ foldedSeconds: 0, groups, truncated: false },
    ...more,
  };
}

const MERGE = group(50, { types: ["merge"], merges: [{ branch: "fix", branchId: "fix", branchScn: 40, scn: 50 }] });
const GRAPH: Graph = {
  branches: [
    branch("main", null, 1, [group(1), group(10), MERGE]),
    branch("fix", "main", 10, [group(30), group(40)], { state: "Merged" }),
    branch("idle", "main", 10, []),
  ],
  moreBranches: 0,
  earliest: at(1),
  latest: at(50),
};
const NOW = 60_000;

describe("the layout", () => {
  const axis = axisOf(momentsOf(GRAPH, NOW));
  const layout = layoutOf(GRAPH, wholeOf(axis), axis, 1000, NOW);

  it("has a line for each branch, a dot for each commit, and edges for forks and merges", () => {
    expect(layout.lines.map(({ branch: each, lane }) => [each.id, lane])).toEqual([
      ["main", 0],
      ["fix", 1],
      ["idle", 2],
    ]);
    expect(layout.dots.map(({ branch: each, group: { last } }) => `${each.id} ${last.scn}`)).toEqual([
      "main 1",
      "main 10",
      "main 50",
      "fix 30",
      "fix 40",
    ]);
    expect(layout.edges.map(({ key }) => key)).toEqual(["fork fix", "fork idle", "merge main fix 50"]);
    const [merge] = layout.edges.filter(({ kind }) => kind === "merge");
    expect(merge!.from.y).toBe(layout.lines[1]!.y);
    expect(merge!.to).toEqual({ x: layout.dots[2]!.x, y: layout.dots[2]!.y });
  });

  it("ends merged branches with their last commit, and goes on to now with the others", () => {
    const [main, fix, idle] = layout.lines;
    expect(fix!.x3).toBe(fix!.x2);
    expect(main!.x3).toBeGreaterThan(main!.x2);
    expect(idle!.x1).toBe(fix!.x1);
  });

  it("draws only what is in sight", () => {
    const seen = inSight(layout, 0, 30, 1000);
    expect(seen.lines.map((line) => line.branch.id)).toEqual(["main"]);
    expect(seen.height).toBe(layout.height);
    const aside = layoutOf(GRAPH, { from: 41_000, until: 60_000 }, axis, 1000, NOW);
    expect(inSight(aside, 0, 500, 1000).dots.map((dot) => dot.group.last.scn)).toEqual([50]);
  });

  it("lays 1,000 branches with 100 dots each within their lanes", () => {
    const many = Array.from({ length: 999 }, (_, index) =>
      branch(
        `b${index}`,
        "main",
        1 + (index % 900),
        Array.from({ length: 100 }, (_, each) => group(1000 + index + each)),
      ),
    );
    const graph = { ...GRAPH, branches: [branch("main", null, 1, [group(1)]), ...many] };
    const wide = axisOf(momentsOf(graph, 3_000_000));
    const { lines, height } = layoutOf(graph, wholeOf(wide), wide, 1000, 3_000_000);
    expect(new Set(lines.map(({ y }) => y)).size).toBe(1000);
    expect(Math.max(...lines.map(({ y }) => y))).toBeLessThan(height);
  });
});

describe("folding", () => {
  it("puts dots together that would cover each other, and opens them again from near", () => {
    const groups = [group(1), group(2), group(3), MERGE];
    const far = folded(groups, (moment) => moment / 1000);
    expect(
      far.map(({ group: { commits, commit, first, last } }) => [commits, first.scn, last.scn, commit === null]),
    ).toEqual([
      [3, 1, 3, true],
      [1, 50, 50, false],
    ]);
    expect(folded(groups, (moment) => moment)).toHaveLength(4);
    expect(folded([group(49), MERGE], () => 0)[0]!.group).toMatchObject({
      merges: MERGE.merges,
      types: ["transaction", "merge"],
    });
  });
});

describe("the window", () => {
  const axis = axisOf([0, 10_000, 500_000, 1_000_000]);
  const whole = wholeOf(axis);
  it("keeps the place under the pointer while it comes closer", () => {
    const share = 0.3;
    const place = (window: typeof whole) =>
      axis.at(window.from) + share * (axis.at(window.until) - axis.at(window.from));
    const closer = zoomed(whole, 0.5, share, axis);
    expect(place(closer)).toBeCloseTo(place(whole), 6);
    expect(closer.from).toBeGreaterThan(whole.from);
    expect(closer.until).toBeLessThan(whole.until);
  });

  it("goes no further than everything, in any direction", () => {
    for (const window of [zoomed(whole, 9, 0.5, axis), panned(whole, 3, axis), panned(whole, -3, axis)]) {
      expect(window.from).toBeCloseTo(whole.from, 3);
      expect(window.until).toBeCloseTo(whole.until, 3);
    }
    const right = panned(zoomed(whole, 0.2, 0.5, axis), 50, axis);
    expect(right.until).toBeCloseTo(whole.until, 3);
    const moments = ticks(whole, 6, axis).map(({ moment }) => moment);
    expect(moments).toEqual([...moments].sort((a, b) => a - b));
  });
});

describe("keys and searching", () => {
  const axis = axisOf(momentsOf(GRAPH, NOW));
  const layout = layoutOf(GRAPH, wholeOf(axis), axis, 1000, NOW);
  it("move along a branch, and to the nearest commit of the next one that has any", () => {
    const newest = nextDot(layout, null, "ArrowLeft")!;
    expect(newest.group.last.scn).toBe(50);
    const before = nextDot(layout, newest, "ArrowLeft")!;
    expect(before.group.last.scn).toBe(10);
    const below = nextDot(layout, before, "ArrowDown")!;
    expect([below.branch.id, below.group.last.scn]).toEqual(["fix", 30]);
    expect(nextDot(layout, below, "ArrowDown")).toBeNull();
    expect(nextDot(layout, below, "ArrowUp")!.branch.id).toBe("main");
    expect(nextDot(layout, newest, "x")).toBeNull();
  });

  it("find branches and commits by name, author, message and table", () => {
    expect(search(GRAPH, "  ")).toBeNull();
    expect([...search(GRAPH, "FIX")!.dots]).toEqual(["fix 30", "fix 40"]);
    expect([...search(GRAPH, "change 10")!.dots]).toEqual(["main 10"]);
    expect(search(GRAPH, "users")!.dots.size).toBe(5);
    expect(search(GRAPH, "nobody")!.branches.size).toBe(0);
  });

  it("say in words what a dot is", () => {
    expect(describeDot(GRAPH.branches[0]!, group(10))).toBe("Change 10, commit 10 on main by ann");
    expect(describeDot(GRAPH.branches[0]!, group(10, { commits: 3, commit: null, last: at(12) }))).toBe(
      "3 commits on main, 10 to 12",
    );
  });
});
