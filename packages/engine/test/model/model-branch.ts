import type { Reference } from "./reference.js";

/** Commits of one timeline of a branch, oldest first, and the SCN from which on it was the branch's. */
interface Timeline {
  readonly since: number;
  readonly lineage: number[];
}

/** A branch as the model knows it. */
export class ModelBranch {
  /** Points that retention has removed: they stay so. */
  readonly expired = new Set<number>();
  /** Points that a snapshot keeps. */
  readonly kept = new Set<number>();
  /** Ids of snapshots by their points. */
  readonly snapshots = new Map<number, string>();
  /** Retention has been at work since it was made. */
  pruned = false;
  private readonly timelines: Timeline[] = [];

  constructor(
    readonly name: string,
    readonly id: string,
    readonly parent: ModelBranch | null,
    /** Null while it follows its parent. */
    public reference: Reference | null,
  ) {
    if (parent === null) this.timelines.push({ since: 0, lineage: [] });
    else this.pruned = parent.pruned;
  }

  get head(): number {
    return this.lineageTo(null).at(-1)!;
  }

  /** The first timeline, or another one after a reset. */
  begin(since: number, lineage: number[]): void {
    this.timelines.push({ since, lineage: [...lineage] });
  }

  get wasReset(): boolean {
    return this.timelines.length > 1;
  }

  add(scn: number): void {
    this.timelines.at(-1)!.lineage.push(scn);
  }

  /** The commits up to a point, or up to now. */
  lineageTo(point: number | null): number[] {
    if (this.timelines.length === 0) {
      // Its past is that of what its parent is now.
      const lineage = this.parent!.lineageTo(null);
      return point === null ? lineage : lineage.filter((scn) => scn <= point);
    }
    if (point === null) return this.timelines.at(-1)!.lineage;
    const inForce = this.timelines.findLast((timeline) => timeline.since <= point) ?? this.timelines[0]!;
    return inForce.lineage.filter((scn) => scn <= point);
  }

  /** The commit whose state the branch had at a point. */
  at(point: number): number {
    return this.lineageTo(point).at(-1)!;
  }

  /** Points that name a state of the branch. */
  private points(): number[] {
    if (this.timelines.length === 0) return this.parent!.lineageTo(null);
    return this.timelines.flatMap(({ since, lineage }, i) => {
      const until = this.timelines[i + 1]?.since ?? Number.POSITIVE_INFINITY;
      return lineage.filter((scn) => scn < until && (i === 0 || scn >= since));
    });
  }

  readable(index: number): number | undefined {
    const points = this.points();
    return points[index % points.length];
  }

  someReadable(random: number): number | undefined {
    return this.readable(random);
  }

  /** The point names its commit exactly, and not a state between two. */
  isNamed(point: number): boolean {
    return this.at(point) === point;
  }

  /** Whether a state of the branch can be read under this SCN. */
  names(scn: number): boolean {
    return this.points().includes(scn);
  }

  mayExpire(point: number): boolean {
    if (this.timelines.length > 1 && point < this.timelines.at(-1)!.since) return this.pruned && !this.kept.has(point);
    return this.pruned && !this.kept.has(point) && this.at(point) !== this.head;
  }

  replace(reference: Reference): void {
    this.reference?.close();
    this.reference = reference;
  }

  close(): void {
    this.reference?.close();
    this.reference = null;
  }
}
