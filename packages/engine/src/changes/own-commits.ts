import { COMMIT_COLUMNS, type CommitRow } from "../history/entries.js";
import type { BranchTable } from "../meta/branches.js";
import type { TimelineRecord } from "../meta/records.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";

export interface OwnCommits {
  /** Oldest first. */
  readonly commits: readonly CommitRow[];
  /** Retention may have removed some that would have come first. */
  readonly truncated: boolean;
}

/**
 * The commits that were made on a branch itself, on any of its timelines. In the file of a timeline they are those
 * after its fork, and those of an earlier timeline are all older than those of a later one.
 */
export function ownCommits(
  branches: BranchTable,
  views: PointInTimeViews,
  branch: string,
  after: number,
  limit: number,
): OwnCommits {
  const commits: CommitRow[] = [];
  let truncated = false;
  for (const timeline of filesOf(branches, branch)) {
    if (commits.length >= limit) break;
    const head = views.head(timeline.id);
    const low = Math.max(after, timeline.fork ?? 0);
    head.read(() => {
      if (head.scn <= low) return;
      const rows = head.db.prepare(
        `SELECT ${COMMIT_COLUMNS} FROM main._helios_commits WHERE scn > ? ORDER BY scn LIMIT ?`,
      );
      const found = rows.all(low, limit - commits.length) as CommitRow[];
      commits.push(...found);
      // The last one before the horizon stays, and it may have been one of many.
      truncated ||= (found[0]?.scn ?? Number.POSITIVE_INFINITY) <= head.commits.horizon();
    });
  }
  return { commits, truncated };
}

/** SCN of the newest commit made on a branch itself; 0 if there is none. */
export function newestCommit(branches: BranchTable, views: PointInTimeViews, branch: string): number {
  for (const timeline of filesOf(branches, branch).toReversed()) {
    const head = views.head(timeline.id);
    const scn = head.read(() => head.scn);
    if (scn > (timeline.fork ?? 0)) return scn;
  }
  return 0;
}

/** Oldest first. */
function filesOf(branches: BranchTable, id: string): TimelineRecord[] {
  const branch = branches.byIdOrNull(id);
  if (branch === null) return [];
  return branches.allTimelines(branch).filter((timeline) => timeline.materialised && timeline.purgedAt === null);
}
