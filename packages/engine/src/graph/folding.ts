import { COMMIT_KINDS, type CommitKind, type CommitPoint } from "@heliosdb/port";
import type { IndexedCommit } from "./commit-index.js";

/** Merged sources that a group names. */
const MOST_SOURCES = 8;

export interface FoldedMerge {
  readonly source: string;
  readonly sourceScn: number;
  readonly scn: number;
}

export interface FoldedGroup {
  readonly commits: number;
  readonly first: CommitPoint;
  readonly last: CommitPoint;
  readonly kinds: readonly CommitKind[];
  /** The newest of each source, the newest first. */
  readonly merges: readonly FoldedMerge[];
}

interface OpenGroup {
  commits: number;
  readonly first: CommitPoint;
  last: CommitPoint;
  /** One bit for each kind. */
  kinds: number;
  merges: Map<string, FoldedMerge> | null;
}

/**
 * Folds commits until they are few enough: those within the same so many microseconds become one group, and that width
 * doubles until the groups fit. Widths are powers of two and begin at multiples of themselves, so that a group stays the
 * same while a window moves over it, and each group of one width lies within one of the next.
 */
export class Folding {
  /** Microseconds; 0 while each commit is a group of its own. */
  width = 0;
  private open: OpenGroup[] = [];

  constructor(private readonly mostGroups: number) {}

  /** Adds the next commit, which is newer than the last. */
  add({ scn, timestamp, kind, merged }: IndexedCommit): void {
    const point = { scn, timestamp };
    const group: OpenGroup = {
      commits: 1,
      first: point,
      last: point,
      kinds: 1 << COMMIT_KINDS.indexOf(kind),
      merges: null,
    };
    if (merged !== null) {
      const at = merged.lastIndexOf("@");
      const source = merged.slice(0, at);
      group.merges = new Map([[source, { source, sourceScn: Number(merged.slice(at + 1)), scn }]]);
    }
    this.append(group);
    while (this.open.length > this.mostGroups) this.widen();
  }

  get groups(): FoldedGroup[] {
    return this.open.map(({ commits, first, last, kinds, merges }) => ({
      commits,
      first,
      last,
      kinds: COMMIT_KINDS.filter((_, i) => kinds & (1 << i)),
      merges: merges === null ? [] : [...merges.values()].reverse(),
    }));
  }

  private widen(): void {
    this.width = this.width === 0 ? 1 : this.width * 2;
    const groups = this.open;
    this.open = [];
    for (const group of groups) this.append(group);
  }

  private append(group: OpenGroup): void {
    const last = this.open.at(-1);
    if (!last || this.width === 0 || this.bucket(last.last) !== this.bucket(group.first)) {
      this.open.push(group);
      return;
    }
    last.commits += group.commits;
    last.last = group.last;
    last.kinds |= group.kinds;
    if (group.merges) last.merges = joined(last.merges, group.merges);
  }

  private bucket({ timestamp }: CommitPoint): number {
    return Math.floor(timestamp / this.width);
  }
}

/** In the order of the newest merge of each source, oldest first. */
function joined(
  older: Map<string, FoldedMerge> | null,
  newer: ReadonlyMap<string, FoldedMerge>,
): Map<string, FoldedMerge> {
  const merges = older ?? new Map<string, FoldedMerge>();
  for (const [source, merge] of newer) {
    merges.delete(source);
    merges.set(source, merge);
  }
  for (const oldest of merges.keys()) {
    if (merges.size <= MOST_SOURCES) break;
    merges.delete(oldest);
  }
  return merges;
}

/**
 * The number of groups that each branch may have at most: as many as it has commits, if all of these fit, else a level
 * that is the same for all that have more. At least one.
 */
export function fairShare(counts: readonly number[], total: number): number {
  const rising = counts.toSorted((a, b) => a - b);
  let left = total;
  for (const [i, count] of rising.entries()) {
    const level = Math.floor(left / (rising.length - i));
    if (level < count) return Math.max(1, level);
    left -= count;
  }
  return Math.max(1, rising.at(-1) ?? 1);
}
