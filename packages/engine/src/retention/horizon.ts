import type { Retention } from "@heliosdb/port";
import { type Connection, one } from "../file/connection.js";
import type { CommitLog } from "../meta/commits.js";

/** Where a file's history is larger than it may be, how much of its commits go at a time. */
const SHARE = 4;

/**
 * The oldest state that a file has to be able to show, by age and by size; 0 where all of it may stay. States that
 * somebody needs hold it back, which is not known here.
 */
export function wantedHorizon(db: Connection, commits: CommitLog, retention: Retention, now: number): number {
  const head = commits.head();
  let horizon = 0;
  if (retention.historyMs !== null) {
    const oldest = commits.atOrBeforeTime(now - retention.historyMs * 1000, Number.POSITIVE_INFINITY);
    horizon = oldest?.scn ?? 0;
  }
  if (retention.historyBytes !== null && historyBytes(db) > retention.historyBytes) {
    const first = commits.first();
    const kept = one<number>(db, "SELECT count(*) FROM main._helios_commits WHERE scn >= ?", first.scn) ?? 1;
    const cut = one<number>(
      db,
      "SELECT scn FROM main._helios_commits WHERE scn >= ? ORDER BY scn LIMIT 1 OFFSET ?",
      first.scn,
      Math.ceil((kept - 1) / SHARE),
    );
    horizon = Math.max(horizon, cut ?? head.scn);
  }
  return Math.min(horizon, head.scn);
}

/** Bytes of the pages in use by the engine's own tables; looked up page by page, so as large as the history is. */
export function historyBytes(db: Connection): number {
  return one<number>(db, `SELECT coalesce(sum(pgsize), 0) FROM dbstat('main', 1) WHERE ${OWN}`) ?? 0;
}

/** Bytes of all pages in use. */
export function usedBytes(db: Connection): number {
  const pages =
    Number(db.pragma("page_count", { simple: true })) - Number(db.pragma("freelist_count", { simple: true }));
  return pages * Number(db.pragma("page_size", { simple: true }));
}

const OWN = "name LIKE '\\_helios\\_%' ESCAPE '\\'";
