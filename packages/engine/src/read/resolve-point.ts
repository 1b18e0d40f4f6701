import { formatMicros, formatPoint, HeliosError, type PointInTime, snapshotScn } from "@heliosdb/port";
import type { Commit, CommitLog } from "../meta/commits.js";

const SECOND = 1_000_000;

/**
 * The commit that a point in time names on a branch: in the branch's file, at or below the branch's cap.
 * `now` is the engine's time in microseconds; `newestScn` tells how far SCNs have been given out in the database.
 */
export function resolvePoint(
  commits: CommitLog,
  cap: number,
  point: PointInTime,
  now: number,
  newestScn: () => number,
  isFiled: (scn: number) => boolean = () => false,
): Commit {
  const found = find(commits, cap, point, now, newestScn);
  const horizon = commits.horizon();
  if (found.scn >= horizon || isFiled(found.scn)) return found;
  throw outside(
    "POINT_EXPIRED",
    `The history of ${formatPoint(point)} has been removed by retention`,
    commits,
    commits.atOrBefore(cap)!,
  );
}

function find(commits: CommitLog, cap: number, point: PointInTime, now: number, newestScn: () => number): Commit {
  const head = commits.atOrBefore(cap);
  if (!head) throw new HeliosError("INTERNAL_ERROR", "the branch has no commit");
  switch (point.kind) {
    case "now":
      return head;
    case "timestamp":
      return atTime(commits, cap, head, point.until, now);
    case "scn":
      return atScn(commits, head, point.scn, newestScn);
    case "transaction":
      return exactly(commits, head, point.scn, `transaction tx_${point.scn}`);
    case "snapshot": {
      const scn = snapshotScn(point.id);
      if (scn === null) throw unknownSnapshot(`snapshot ${point.id}`);
      return exactly(commits, head, scn, `snapshot ${point.id}`);
    }
  }
}

function atTime(commits: CommitLog, cap: number, head: Commit, until: number, now: number): Commit {
  // A second that is not over yet means now; after a crash the newest commit may be a little ahead of the clock.
  if (Math.floor(until / SECOND) > Math.floor(Math.max(now, head.ts) / SECOND)) {
    throw outside("POINT_IN_FUTURE", `${formatMicros(until)} is in the future`, commits, head);
  }
  const commit = commits.atOrBeforeTime(until, cap);
  if (!commit) {
    throw outside(
      "POINT_BEFORE_HISTORY",
      `${formatMicros(until)} is before the branch's history begins`,
      commits,
      head,
    );
  }
  return commit;
}

function atScn(commits: CommitLog, head: Commit, scn: number, newestScn: () => number): Commit {
  if (scn > head.scn && scn > newestScn()) {
    throw outside("POINT_IN_FUTURE", `SCN ${scn} has not been given to a commit yet`, commits, head);
  }
  const commit = commits.atOrBefore(Math.min(scn, head.scn));
  if (!commit) throw outside("POINT_BEFORE_HISTORY", `SCN ${scn} is before the branch's history begins`, commits, head);
  return commit;
}

function exactly(commits: CommitLog, head: Commit, scn: number, what: string): Commit {
  const commit = scn > head.scn ? undefined : commits.atOrBefore(scn);
  if (commit?.scn !== scn) throw unknownSnapshot(what);
  return commit;
}

function unknownSnapshot(what: string): HeliosError {
  return new HeliosError("SNAPSHOT_NOT_FOUND", `There is no ${what} in the history of this branch.`);
}

function outside(
  code: "POINT_IN_FUTURE" | "POINT_BEFORE_HISTORY" | "POINT_EXPIRED",
  what: string,
  commits: CommitLog,
  head: Commit,
) {
  const first = commits.first();
  const [earliest, latest] = [formatMicros(first.ts), formatMicros(head.ts)];
  return new HeliosError(
    code,
    `${what}. Readable: ${earliest} (SCN ${first.scn}) to now (newest commit ${latest}, SCN ${head.scn}).`,
    { earliest, latest, earliest_scn: first.scn, latest_scn: head.scn },
  );
}
