import type { GraphGroup } from "@heliosdb/client";

/** Pixels between two dots that can be told apart. */
const NEAR = 13;

/** A dot, and where it is. */
export interface Placed {
  readonly x: number;
  readonly group: GraphGroup;
}

/** The groups of a branch, oldest first; those that would cover each other as one. */
export function folded(groups: readonly GraphGroup[], x: (moment: number) => number): readonly Placed[] {
  const found: { from: number; x: number; group: GraphGroup }[] = [];
  for (const group of groups) {
    const place = (x(group.first.timestamp.getTime()) + x(group.last.timestamp.getTime())) / 2;
    const last = found.at(-1);
    if (!last || place - last.from >= NEAR) found.push({ from: place, x: place, group });
    else {
      last.group = together(last.group, group);
      last.x = (last.from + place) / 2;
    }
  }
  return found;
}

function together(a: GraphGroup, b: GraphGroup): GraphGroup {
  const types = [...new Set([...a.types, ...b.types])];
  return {
    commits: a.commits + b.commits,
    first: a.first,
    last: b.last,
    types,
    merges: [...b.merges, ...a.merges],
    commit: null,
  };
}
