import { formatMicros, HeliosError } from "@heliosdb/port";
import type { Commit, CommitLog } from "./commits.js";

/** The error for a point in time that a file can't show, with the range that it can. */
export function unreadablePoint(
  code: "POINT_IN_FUTURE" | "POINT_BEFORE_HISTORY" | "POINT_EXPIRED",
  what: string,
  commits: CommitLog,
  head: Commit,
): HeliosError {
  const first = commits.first();
  const [earliest, latest] = [formatMicros(first.ts), formatMicros(head.ts)];
  return new HeliosError(
    code,
    `${what}. Readable: ${earliest} (SCN ${first.scn}) to now (newest commit ${latest}, SCN ${head.scn}).`,
    { earliest, latest, earliest_scn: first.scn, latest_scn: head.scn },
  );
}

/**
 * Throws if retention has removed the history that a state is read from. Call it in the transaction that then reads the
 * state.
 */
export function requireHistory(commits: CommitLog, scn: number): void {
  if (scn >= commits.horizon()) return;
  throw unreadablePoint("POINT_EXPIRED", `Retention removed the history of SCN ${scn}`, commits, commits.head());
}
