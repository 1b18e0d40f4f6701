import { type CommitPoint, type Density, type DensityBucket, type DensityRequest, HeliosError } from "@heliosdb/port";
import { rootOf } from "../lineage/version-vector.js";
import type { BranchTable } from "../meta/branches.js";
import { NEVER } from "./commit-index.js";
import { resetPoint } from "./graph.js";
import type { KnownCommits } from "./known-commits.js";

/** A part of a branch's history that is in one file: from a reset to the next. */
interface Stretch {
  readonly file: string;
  readonly fromScn: number;
  readonly untilScn: number;
  readonly reset: CommitPoint | null;
}

/** Counts the commits of a branch over time: its own and those of its ancestors before the fork, as the past is read. */
export function readDensity(branches: BranchTable, known: KnownCommits, request: DensityRequest): Density {
  const stretches = stretchesOf(branches, request);
  const ends = stretches.flatMap((stretch) => endsOf(known, stretch));
  const [earliest, latest] = [ends[0], ends.at(-1)];
  if (!earliest || !latest) throw new HeliosError("INTERNAL_ERROR", "the branch has no commit");
  const { from = earliest.timestamp, until = Math.max(from, latest.timestamp) } = request;
  if (until < from) {
    throw new HeliosError("INVALID_FIELD", "Expected 'until' at or after 'from'.", { field: "until" });
  }
  const counted = new Buckets(from, until, request.buckets);
  for (const { file, fromScn, untilScn, reset } of stretches) {
    if (reset && reset.timestamp >= from && reset.timestamp <= until) counted.add(reset);
    known.with(file, 0, (source) => {
      for (const { scn, timestamp } of source.range({ fromScn, untilScn, from, until }).each()) {
        counted.add({ scn, timestamp });
      }
    });
  }
  return {
    from,
    until,
    commits: counted.commits,
    buckets: counted.buckets,
    earliest,
    latest,
    truncated: isTruncated(branches, known, request),
  };
}

function stretchesOf(branches: BranchTable, { branch }: DensityRequest): Stretch[] {
  const timelines = branches.allTimelines(branches.get(branch));
  return timelines.flatMap((timeline, i) => {
    if (timeline.purgedAt !== null) return [];
    const { file, cap } = branches.locateTimeline(timeline);
    const untilScn = Math.min(cap, (timelines[i + 1]?.since ?? NEVER) - 1);
    return [{ file, fromScn: timeline.since, untilScn, reset: resetPoint(timeline) }];
  });
}

/** The oldest and the newest state of a stretch. */
function endsOf(known: KnownCommits, { file, fromScn, untilScn, reset }: Stretch): CommitPoint[] {
  return known.with(file, 0, (source) => {
    const [first, last] = [source.firstFrom(fromScn), source.lastUntil(untilScn)];
    const ends = first && last && first.scn <= last.scn ? [first, last] : [];
    return reset ? [reset, ...ends] : ends;
  });
}

/** Earlier commits were removed, or the file of the branch before a reset. */
function isTruncated(branches: BranchTable, known: KnownCommits, { branch }: DensityRequest): boolean {
  const [oldest] = branches.allTimelines(branches.get(branch));
  if (oldest!.purgedAt !== null) return true;
  const { file } = branches.locateTimeline(oldest!);
  return known.with(file, 0, ({ horizon }) => horizon > rootOf(branches).scn);
}

type Bucket = { -readonly [K in keyof DensityBucket]: DensityBucket[K] };

/** Equal parts of a time, of which those with commits are kept. */
class Buckets {
  readonly buckets: Bucket[] = [];
  commits = 0;
  private readonly width: number;

  constructor(
    private readonly from: number,
    private readonly until: number,
    count: number,
  ) {
    this.width = Math.ceil((until - from + 1) / count);
  }

  /** Adds the next commit, which is newer than the last. */
  add(point: CommitPoint): void {
    this.commits++;
    const last = this.buckets.at(-1);
    if (last && point.timestamp <= last.until) {
      last.commits++;
      last.last = point;
      return;
    }
    const from = this.from + Math.floor((point.timestamp - this.from) / this.width) * this.width;
    const until = Math.min(from + this.width - 1, this.until);
    this.buckets.push({ from, until, commits: 1, first: point, last: point });
  }
}
