import type { CommitPoint } from "@heliosdb/port";
import { one } from "../file/connection.js";
import type { Commit } from "../meta/commits.js";
import type { HeadView } from "../view/head-view.js";
import type { CommitBounds, CommitRange, CommitSource, IndexedCommit, IndexRow } from "./commit-index.js";

export const INDEX_COLUMNS = "scn, ts, kind, merged";

/** The commits of a file that has too many to keep in memory, read from it each time. Use it within a read of the file. */
export class StoredCommits implements CommitSource {
  readonly horizon: number;
  /** SCN before the first readable commit. */
  private readonly before: number;

  constructor(
    private readonly head: HeadView,
    after: number,
  ) {
    this.horizon = head.commits.horizon();
    this.before = Math.max(after, this.horizon - 1);
  }

  firstFrom(scn: number): CommitPoint | null {
    return pointOf(this.head.commits.after(Math.max(this.before, scn - 1)));
  }

  lastUntil(scn: number): CommitPoint | null {
    const last = this.head.commits.atOrBefore(scn);
    return last !== undefined && last.scn > this.before ? pointOf(last) : null;
  }

  range({ fromScn, untilScn, from, until }: CommitBounds): CommitRange {
    const { commits, db } = this.head;
    const older = from === 0 ? undefined : commits.atOrBeforeTime(from - 1, untilScn);
    const low = Math.max(this.before + 1, fromScn, (older?.scn ?? 0) + 1);
    const high = commits.atOrBeforeTime(until, untilScn)?.scn ?? 0;
    const count =
      one<number>(db, "SELECT count(*) FROM main._helios_commits WHERE scn BETWEEN ? AND ?", low, high) ?? 0;
    return { count, each: () => this.each(low, high) };
  }

  private *each(low: number, high: number): Iterable<IndexedCommit> {
    const sql = `SELECT ${INDEX_COLUMNS} FROM main._helios_commits WHERE scn BETWEEN ? AND ? ORDER BY scn`;
    const rows = this.head.db.prepare(sql).raw().iterate(low, high) as Iterable<IndexRow>;
    for (const [scn, timestamp, kind, merged] of rows) yield { scn, timestamp, kind, merged };
  }
}

function pointOf(commit: Commit | undefined): CommitPoint | null {
  return commit === undefined ? null : { scn: commit.scn, timestamp: commit.ts };
}
