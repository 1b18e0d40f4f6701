/** What a branch takes up: a time, beside its parent. */
export interface Span {
  readonly id: string;
  readonly parentId: string | null;
  /** Places on the axis. */
  readonly from: number;
  readonly until: number;
}

/**
 * A lane for each branch, counted from 0: branches of one lane never overlap, and a branch lies further out than its
 * parent, as near to it as there is room. Branches whose parent isn't there begin at the outermost that is free.
 */
export function assignLanes(spans: readonly Span[]): ReadonlyMap<string, number> {
  const lanes = new Map<string, number>();
  /** When the last branch of each lane ends; branches come in the order in which they begin. */
  const ends: number[] = [];
  for (const span of inOrder(spans)) {
    const parent = span.parentId === null ? undefined : lanes.get(span.parentId);
    let lane = parent === undefined ? 0 : parent + 1;
    while (ends[lane] !== undefined && ends[lane]! >= span.from) lane++;
    lanes.set(span.id, lane);
    ends[lane] = Math.max(span.until, span.from);
  }
  return lanes;
}

/** By beginning; a parent before its children, which can begin at the same moment. */
function inOrder(spans: readonly Span[]): readonly Span[] {
  const depths = new Map<string, number>();
  const byId = new Map(spans.map((span) => [span.id, span]));
  const depthOf = (span: Span): number => {
    const known = depths.get(span.id);
    if (known !== undefined) return known;
    depths.set(span.id, 0);
    const parent = span.parentId === null ? undefined : byId.get(span.parentId);
    const depth = parent ? depthOf(parent) + 1 : 0;
    depths.set(span.id, depth);
    return depth;
  };
  for (const span of spans) depthOf(span);
  return [...spans].sort((a, b) => a.from - b.from || depths.get(a.id)! - depths.get(b.id)! || (a.id < b.id ? -1 : 1));
}
