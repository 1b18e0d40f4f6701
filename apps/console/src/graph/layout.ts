import type { Graph, GraphBranch, GraphGroup } from "@heliosdb/client";
import type { Axis } from "../axis/axis.js";
import { folded } from "./fold.js";
import { assignLanes } from "./lanes.js";
import type { Window } from "./window.js";

export const LANE_HEIGHT = 40;
/** Behind a branch's end, for the name that is longer than it, as a part of the whole axis. */
const NAME_ROOM = 0.12;
/** Above the first lane, for its name. */
export const TOP = 30;

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** One commit, or several that lie too close to be told apart. */
export interface Dot extends Point {
  readonly key: string;
  readonly branch: GraphBranch;
  readonly group: GraphGroup;
  readonly lane: number;
  readonly isMerge: boolean;
}

/** A branch from its fork to its end. */
export interface Line {
  readonly branch: GraphBranch;
  readonly lane: number;
  readonly y: number;
  readonly x1: number;
  /** Up to its newest commit. */
  readonly x2: number;
  /** Up to where it is still there. */
  readonly x3: number;
}

/** From a commit of one branch to another branch. */
export interface Edge {
  readonly key: string;
  readonly kind: "fork" | "merge";
  readonly lane: number;
  readonly from: Point;
  readonly to: Point;
}

export interface Layout {
  readonly lines: readonly Line[];
  readonly edges: readonly Edge[];
  readonly dots: readonly Dot[];
  readonly height: number;
}

/** Where everything lies, for a window of time drawn so wide. */
export function layoutOf({ branches }: Graph, window: Window, axis: Axis, width: number, now: number): Layout {
  const [left, right] = [axis.at(window.from), axis.at(window.until)];
  const x = (moment: number) => ((axis.at(moment) - left) / (right - left)) * width;
  const room = axis.length * NAME_ROOM;
  const lanes = assignLanes(
    branches.map((branch) => ({
      ...{ id: branch.id, parentId: branch.parentId },
      from: axis.at(startOf(branch)),
      until: axis.at(endOf(branch, now)) + room,
    })),
  );
  const y = (id: string) => TOP + (lanes.get(id) ?? 0) * LANE_HEIGHT + LANE_HEIGHT / 2;
  const byId = new Map(branches.map((branch) => [branch.id, branch]));
  const lines = branches.map((branch): Line => {
    const lane = lanes.get(branch.id)!;
    const last = branch.groups.at(-1)?.last.timestamp.getTime() ?? startOf(branch);
    return { branch, lane, y: y(branch.id), x1: x(startOf(branch)), x2: x(last), x3: x(endOf(branch, now)) };
  });
  const dots = branches.flatMap((branch) =>
    folded(branch.groups, x).map(({ x: at, group }): Dot => {
      const place = { x: at, y: y(branch.id), lane: lanes.get(branch.id)! };
      return { ...place, key: `${branch.id} ${group.first.scn}`, branch, group, isMerge: group.merges.length > 0 };
    }),
  );
  const forks = branches.flatMap((branch): Edge[] => {
    if (branch.parentId === null || !byId.has(branch.parentId)) return [];
    const at = x(startOf(branch));
    const from = { x: at, y: y(branch.parentId) };
    return [
      {
        key: `fork ${branch.id}`,
        kind: "fork",
        lane: lanes.get(branch.id)!,
        from,
        to: { x: at + 14, y: y(branch.id) },
      },
    ];
  });
  const merges = dots.flatMap(({ branch, group, x: at, y: height }) =>
    group.merges.flatMap((merge): Edge[] => {
      const source = byId.get(merge.branchId);
      if (!source) return [];
      const from = { x: Math.min(at - 10, x(momentOf(source, merge.branchScn))), y: y(source.id) };
      const key = `merge ${branch.id} ${merge.branchId} ${merge.scn}`;
      return [{ key, kind: "merge", lane: lanes.get(source.id)!, from, to: { x: at, y: height } }];
    }),
  );
  const count = Math.max(0, ...[...lanes.values()].map((lane) => lane + 1));
  return { lines, edges: [...forks, ...merges], dots, height: TOP + count * LANE_HEIGHT + 10 };
}

/** Everything that happens, for the axis. */
export function momentsOf({ branches }: Graph, now: number): readonly number[] {
  const all = branches.flatMap((branch) => [
    startOf(branch),
    ...branch.groups.flatMap(({ first, last }) => [first.timestamp.getTime(), last.timestamp.getTime()]),
  ]);
  return [...all, now];
}

/** A fork leaves its branch to the side; a merge arrives from there. */
export function curve({ kind, from, to }: Edge): string {
  const bend = kind === "fork" ? from.x : to.x;
  if (kind === "fork") return `M${from.x},${from.y}C${bend},${to.y} ${bend},${to.y} ${to.x},${to.y}`;
  return `M${from.x},${from.y}H${Math.max(from.x, to.x - 14)}C${bend},${from.y} ${bend},${from.y} ${to.x},${to.y}`;
}

/** The part that a piece of the drawing from `top` to `bottom` shows. */
export function inSight({ lines, edges, dots, height }: Layout, top: number, bottom: number, width: number): Layout {
  const near = LANE_HEIGHT;
  const seen = (y: number) => y > top - near && y < bottom + near;
  return {
    height,
    lines: lines.filter(({ y, x1, x3 }) => seen(y) && x3 >= 0 && x1 <= width),
    dots: dots.filter(({ x, y }) => seen(y) && x > -near && x < width + near),
    edges: edges.filter(
      ({ from, to }) =>
        Math.max(from.y, to.y) > top - near &&
        Math.min(from.y, to.y) < bottom + near &&
        Math.max(from.x, to.x) > -near &&
        Math.min(from.x, to.x) < width + near,
    ),
  };
}

function startOf({ fork, createdAt, parentId }: GraphBranch): number {
  return parentId === null ? fork.timestamp.getTime() : Math.max(fork.timestamp.getTime(), createdAt.getTime());
}

/** A branch that is still there goes on to now. */
function endOf(branch: GraphBranch, now: number): number {
  if (branch.deletedAt) return branch.deletedAt.getTime();
  const last = Math.max(
    branch.head.timestamp.getTime(),
    branch.groups.at(-1)?.last.timestamp.getTime() ?? 0,
    startOf(branch),
  );
  return branch.state === "Active" ? Math.max(now, last) : last;
}

/** Of a commit of the branch, as near as its groups know. */
function momentOf(branch: GraphBranch, scn: number): number {
  const group = branch.groups.findLast(({ first }) => first.scn <= scn);
  return group?.last.timestamp.getTime() ?? startOf(branch);
}
