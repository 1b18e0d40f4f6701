import type { Retention } from "@heliosdb/port";
import { type Connection, one, openForReading } from "../file/connection.js";
import type { CommitLog } from "./commits.js";

/** Pages counted in one step. */
const PAGES_AT_ONCE = 256;

/** If a file's history is too large, its oldest commits are removed, one part in so many at a time. */
const SHARE = 4;

/**
 * The oldest state that a file has to show, by age and, if it is too large, by size; 0 if all of its history may stay.
 * Pins may hold it back; they are not known here.
 */
export function wantedHorizon(
  db: Connection,
  commits: CommitLog,
  retention: Retention,
  now: number,
  isTooLarge: boolean,
): number {
  const head = commits.head();
  let horizon = 0;
  if (retention.historyMs !== null) {
    const oldest = commits.atOrBeforeTime(now - retention.historyMs * 1000, Number.POSITIVE_INFINITY);
    horizon = oldest?.scn ?? 0;
  }
  if (isTooLarge) {
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

/**
 * Bytes of the pages that the engine's own tables use. They are counted page by page, so the cost grows with the
 * history.
 */
export function historyBytes(db: Connection): number {
  return one<number>(db, `SELECT coalesce(sum(pgsize), 0) FROM dbstat('main', 1) WHERE ${OWN}`) ?? 0;
}

/**
 * The same, page by page, on a separate connection: it advances when the caller does, does not hold up the writer, and
 * does not see later writes.
 */
export function* historySize(path: string): Generator<null, number> {
  const db = openForReading(path);
  try {
    const pages = db.prepare(`SELECT pgsize FROM dbstat('main') WHERE ${OWN}`).pluck().iterate() as Iterable<number>;
    let [bytes, seen] = [0, 0];
    for (const size of pages) {
      bytes += size;
      if (++seen % PAGES_AT_ONCE === 0) yield null;
    }
    return bytes;
  } finally {
    db.close();
  }
}

/** Bytes of all pages in use. */
export function usedBytes(db: Connection): number {
  const pages =
    Number(db.pragma("page_count", { simple: true })) - Number(db.pragma("freelist_count", { simple: true }));
  return pages * Number(db.pragma("page_size", { simple: true }));
}

const OWN = "name LIKE '\\_helios\\_%' ESCAPE '\\'";
