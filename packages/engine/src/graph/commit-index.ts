import { COMMIT_KINDS, type CommitKind, type CommitPoint } from "@heliosdb/port";

/** What a graph has to know about every commit. */
export interface IndexedCommit extends CommitPoint {
  readonly kind: CommitKind;
  /** "<branch id>@<scn>" of a merged source. */
  readonly merged: string | null;
}

/** A part of the commits of a file, oldest first. */
export interface CommitRange {
  readonly count: number;
  each(): Iterable<IndexedCommit>;
}

/** Beyond every SCN and every time. */
export const NEVER = Number.MAX_SAFE_INTEGER - 1;

/** Bounds of a range, all inclusive, and `NEVER` at most. */
export interface CommitBounds {
  readonly fromScn: number;
  readonly untilScn: number;
  readonly from: number;
  readonly until: number;
}

/** The readable commits of a branch file after an SCN. */
export interface CommitSource {
  /** SCN of the oldest readable state of the file. */
  readonly horizon: number;
  /** The oldest commit at or after an SCN. */
  firstFrom(scn: number): CommitPoint | null;
  /** The newest commit at or before an SCN. */
  lastUntil(scn: number): CommitPoint | null;
  range(bounds: CommitBounds): CommitRange;
}

/** A row of `_helios_commits`: SCN, time, kind, merged source. */
export type IndexRow = [number, number, CommitKind, string | null];

/** The commits in memory, in 24 bytes each. A file only ever gets newer ones, and loses the oldest. */
export class CommitIndex implements CommitSource {
  horizon = 0;
  private scns: number[] = [];
  private times: number[] = [];
  private kinds: number[] = [];
  /** By SCN: few commits are merges. */
  private readonly merged = new Map<number, string>();

  get size(): number {
    return this.scns.length;
  }

  /** SCN of the newest commit; 0 without any. */
  get newest(): number {
    return this.scns.at(-1) ?? 0;
  }

  firstFrom(scn: number): CommitPoint | null {
    return this.pointAt(lowerBound(this.scns, scn));
  }

  lastUntil(scn: number): CommitPoint | null {
    return this.pointAt(lowerBound(this.scns, scn + 1) - 1);
  }

  add([scn, timestamp, kind, merged]: IndexRow): void {
    this.scns.push(scn);
    this.times.push(timestamp);
    this.kinds.push(COMMIT_KINDS.indexOf(kind));
    if (merged !== null) this.merged.set(scn, merged);
  }

  /** Drops what retention has put out of reach. */
  moveHorizon(horizon: number): void {
    if (horizon === this.horizon) return;
    this.horizon = horizon;
    const kept = lowerBound(this.scns, horizon);
    if (kept === 0) return;
    for (const scn of this.merged.keys()) if (scn < horizon) this.merged.delete(scn);
    this.scns = this.scns.slice(kept);
    this.times = this.times.slice(kept);
    this.kinds = this.kinds.slice(kept);
  }

  range({ fromScn, untilScn, from, until }: CommitBounds): CommitRange {
    const start = Math.max(lowerBound(this.scns, fromScn), lowerBound(this.times, from));
    const end = Math.min(lowerBound(this.scns, untilScn + 1), lowerBound(this.times, until + 1));
    return { count: Math.max(0, end - start), each: () => this.each(start, end) };
  }

  private *each(start: number, end: number): Iterable<IndexedCommit> {
    for (let i = start; i < end; i++) {
      const scn = this.scns[i]!;
      const kind = COMMIT_KINDS[this.kinds[i]!]!;
      yield { scn, timestamp: this.times[i]!, kind, merged: kind === "merge" ? (this.merged.get(scn) ?? null) : null };
    }
  }

  private pointAt(i: number): CommitPoint | null {
    return i < 0 || i >= this.size ? null : { scn: this.scns[i]!, timestamp: this.times[i]! };
  }
}

/** Index of the first of rising numbers that is at least `value`. */
function lowerBound(numbers: readonly number[], value: number): number {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (numbers[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
