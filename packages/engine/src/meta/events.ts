import { one, prepared } from "../file/connection.js";
import type { MetaDb } from "./meta-db.js";

/** An event of a branch, as the triggers of meta.db recorded it. */
export interface EventRow {
  readonly seq: number;
  readonly ts: number;
  /** The last SCN given out before it. */
  readonly scn: number;
  readonly kind: "created" | "undeleted" | "deleted" | "renamed" | "protected" | "reset";
  readonly branch: string;
  /** The branch's name after it. */
  readonly name: string;
  /** JSON text. */
  readonly data: string;
}

/** Number of the newest event ever; 0 if there was none. */
export function lastEvent({ db }: MetaDb): number {
  return one<number>(db, "SELECT seq FROM sqlite_sequence WHERE name = 'events'") ?? 0;
}

/** Number of the last event before an SCN was given out. */
export function lastEventBefore({ db }: MetaDb, scn: number): number {
  const first = one<number>(db, "SELECT min(seq) FROM events WHERE scn >= ?", scn) ?? null;
  return first === null ? lastEvent({ db } as MetaDb) : first - 1;
}

/** Of one branch, oldest first. */
export function eventsOf({ db }: MetaDb, branch: string, after: number, limit: number): EventRow[] {
  const rows = prepared(db, "SELECT * FROM events WHERE branch = ? AND seq > ? ORDER BY seq LIMIT ?");
  return rows.all(branch, after, limit) as EventRow[];
}

/** Number of the newest event of each branch that has one after a given event. */
export function newestEvents({ db }: MetaDb, after: number): { branch: string; seq: number }[] {
  const rows = prepared(db, "SELECT branch, max(seq) AS seq FROM events WHERE seq > ? GROUP BY branch");
  return rows.all(after) as { branch: string; seq: number }[];
}

/** The names that a branch has had, oldest first, each with the last SCN given out before the branch was renamed. */
export function earlierNames({ db }: MetaDb, branch: string): { scn: number; name: string }[] {
  const rows = prepared(
    db,
    "SELECT scn, data ->> 'from' AS name FROM events WHERE branch = ? AND kind = 'renamed' ORDER BY seq",
  );
  return rows.all(branch) as { scn: number; name: string }[];
}

export function hasEventsBefore({ db }: MetaDb, ts: number): boolean {
  return (one<number>(db, "SELECT ts FROM events ORDER BY seq LIMIT 1") ?? ts) < ts;
}

export function deleteEvents({ db }: MetaDb, before: number): void {
  prepared(db, "DELETE FROM events WHERE ts < ?").run(before);
}
