import { formatMicros, formatPoint, HeliosError, type PointInTime, snapshotScn } from "@heliosdb/port";
import type { Commit, CommitLog } from "../meta/commits.js";
import { unreadablePoint } from "../meta/unreadable-point.js";

const SECOND = 1_000_000;

/**
 * The commit at a point in time of a branch: in the branch's file, at or below the branch's cap. `now` is the engine's
 * time in microseconds; `isGiven` tells whether an SCN, or a later one, has been given to a commit.
 */
export function resolvePoint(
  commits: CommitLog,
  cap: number,
  point: PointInTime,
  now: number,
  isGiven: (scn: number) => boolean,
  isFiled: (scn: number) => boolean = () => false,
): Commit {
  const found = find(commits, cap, point, now, isGiven);
  const horizon = commits.horizon();
  if (found !== undefined && (found.scn >= horizon || (names(point, found.scn) && isFiled(found.scn)))) return found;
  const head = commits.atOrBefore(cap)!;
  if (horizon > 0 && (found !== undefined || isBefore(commits.first(), point))) {
    throw unreadablePoint("POINT_EXPIRED", `Retention removed the history of ${formatPoint(point)}`, commits, head);
  }
  if (point.kind === "timestamp" || point.kind === "scn") {
    throw unreadablePoint(
      "POINT_BEFORE_HISTORY",
      `${formatPoint(point)} is before the start of the branch's history`,
      commits,
      head,
    );
  }
  throw new HeliosError("SNAPSHOT_NOT_FOUND", `The branch's history has no ${formatPoint(point)}.`);
}

/** Whether a point in time names exactly this commit: nothing else is known about snapshots with their own file. */
function names(point: PointInTime, scn: number): boolean {
  if (point.kind === "snapshot") return snapshotScn(point.id) === scn;
  return (point.kind === "scn" || point.kind === "transaction") && point.scn === scn;
}

/** Whether a point in time that was not found is before the first readable commit. */
function isBefore(first: Commit, point: PointInTime): boolean {
  switch (point.kind) {
    case "timestamp":
      return point.until < first.ts;
    case "snapshot":
      return (snapshotScn(point.id) ?? Number.POSITIVE_INFINITY) < first.scn;
    case "now":
      return false;
    default:
      return point.scn < first.scn;
  }
}

function find(
  commits: CommitLog,
  cap: number,
  point: PointInTime,
  now: number,
  isGiven: (scn: number) => boolean,
): Commit | undefined {
  const head = commits.atOrBefore(cap);
  if (!head) throw new HeliosError("INTERNAL_ERROR", "the branch has no commit");
  switch (point.kind) {
    case "now":
      return head;
    case "timestamp":
      return atTime(commits, cap, head, point.until, now);
    case "scn":
      return atScn(commits, head, point.scn, isGiven);
    case "transaction":
      return exactly(commits, head, point.scn);
    case "snapshot":
      return exactly(commits, head, snapshotScn(point.id));
  }
}

function atTime(commits: CommitLog, cap: number, head: Commit, until: number, now: number): Commit | undefined {
  // A second that is not over yet means now; after a crash, the newest commit may be slightly ahead of the clock.
  if (Math.floor(until / SECOND) > Math.floor(Math.max(now, head.ts) / SECOND)) {
    throw unreadablePoint("POINT_IN_FUTURE", `${formatMicros(until)} is in the future`, commits, head);
  }
  return commits.atOrBeforeTime(until, cap);
}

function atScn(commits: CommitLog, head: Commit, scn: number, isGiven: (scn: number) => boolean): Commit | undefined {
  if (scn > head.scn && !isGiven(scn)) {
    throw unreadablePoint("POINT_IN_FUTURE", `SCN ${scn} doesn't exist yet`, commits, head);
  }
  return commits.atOrBefore(Math.min(scn, head.scn));
}

function exactly(commits: CommitLog, head: Commit, scn: number | null): Commit | undefined {
  const commit = scn === null || scn > head.scn ? undefined : commits.atOrBefore(scn);
  return commit?.scn === scn ? commit : undefined;
}
