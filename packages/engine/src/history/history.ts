import type { HistoryPage, HistoryRequest, SnapshotInfo } from "@heliosdb/port";
import { describeSnapshot } from "../control/snapshots.js";
import { lineageAt, rootOf } from "../lineage/version-vector.js";
import type { BranchTable } from "../meta/branches.js";
import type { MetaDb } from "../meta/meta-db.js";
import type { BranchRecord } from "../meta/records.js";
import type { HeadView } from "../view/head-view.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import {
  type BareEntry,
  COMMIT_COLUMNS,
  type CommitRow,
  entryOfCommit,
  entryOfReset,
  withSnapshots,
} from "./entries.js";

/**
 * A page of the commits that make up the branch's state, newest first: its own, and those of its ancestors up to each
 * fork. They are all in one file, sorted by SCN, so a page costs as much as it contains. Resets of the branch itself
 * are inserted among them.
 */
export function readHistory(
  meta: MetaDb,
  branches: BranchTable,
  views: PointInTimeViews,
  request: HistoryRequest,
): HistoryPage {
  const branch = branches.get(request.branch);
  const { file, cap } = branches.locate(branch);
  const head = views.head(file);
  return head.read(() => {
    const found = [...commits(branches, head, cap, request), ...resets(branches, head, branch, request)]
      .sort((a, b) => b.scn - a.scn)
      .slice(0, request.limit + 1);
    const page = found.slice(0, request.limit);
    const next = found.length > page.length ? (page.at(-1)?.scn ?? null) : null;
    const kept = page.length === 0 ? [] : snapshots(meta, branches, head, cap, branch);
    return {
      entries: page.map((entry) => withSnapshots(entry, kept)),
      next,
      truncated: next === null && endsAtHorizon(branches, head, request),
    };
  });
}

/** As many commits as fit on a page, and one more. */
function commits(branches: BranchTable, head: HeadView, cap: number, request: HistoryRequest): BareEntry[] {
  const [low, high] = range(head, cap, request);
  const kinds = request.kinds?.filter((kind) => kind !== "reset");
  if (low > high || kinds?.length === 0) return [];
  const conditions = ["scn BETWEEN ? AND ?"];
  const values: unknown[] = [low, high];
  if (kinds !== undefined) {
    conditions.push(`kind IN (${kinds.map(() => "?").join(", ")})`);
    values.push(...kinds);
  }
  if (request.author !== undefined) {
    conditions.push("author = ?");
    values.push(request.author);
  }
  if (request.table !== undefined) {
    conditions.push(
      "EXISTS (SELECT 1 FROM json_each(summary, '$.tables') AS t WHERE t.value ->> 'table' = ? COLLATE NOCASE)",
    );
    values.push(request.table);
  }
  const rows = head.db
    .prepare(
      `SELECT ${COMMIT_COLUMNS} FROM main._helios_commits WHERE ${conditions.join(" AND ")} ORDER BY scn DESC LIMIT ?`,
    )
    .all(...values, request.limit + 1) as CommitRow[];
  return rows.map((row) => entryOfCommit(branches, row));
}

/** The range of SCNs, both inclusive. Times rise with SCNs, so a time is found by binary search. */
function range({ commits: log }: HeadView, cap: number, request: HistoryRequest): [number, number] {
  const { from, until, before = Number.POSITIVE_INFINITY } = request;
  const newest = until === undefined ? log.atOrBefore(cap) : log.atOrBeforeTime(until, cap);
  const older = from === undefined ? undefined : log.atOrBeforeTime(from - 1, cap);
  return [Math.max(log.horizon(), (older?.scn ?? 0) + 1), Math.min(newest?.scn ?? 0, before - 1)];
}

/** A reset changes no rows by which it could be found, so it is in no table's history. */
function resets(branches: BranchTable, head: HeadView, branch: BranchRecord, request: HistoryRequest): BareEntry[] {
  const { kinds, table, author, before = Number.POSITIVE_INFINITY } = request;
  const { from = 0, until = Number.POSITIVE_INFINITY } = request;
  if (table !== undefined || kinds?.includes("reset") === false) return [];
  const horizon = head.commits.horizon();
  return branches
    .allTimelines(branch)
    .filter(
      (timeline) =>
        timeline.since > 0 &&
        timeline.since >= horizon &&
        timeline.since < before &&
        timeline.sinceAt >= from &&
        timeline.sinceAt <= until &&
        (author === undefined || timeline.author === author),
    )
    .map((timeline) => entryOfReset(branch, timeline));
}

/** Snapshots of the branch, and of the branches whose commits it has inherited. */
function snapshots(
  meta: MetaDb,
  branches: BranchTable,
  head: HeadView,
  cap: number,
  branch: BranchRecord,
): SnapshotInfo[] {
  const { lineage } = lineageAt(head.db, branches, cap);
  const owners = new Set([branch.id, ...[...lineage.keys()].map((timeline) => branches.ownerOf(timeline)?.id)]);
  return [...owners]
    .flatMap((id) => (id === undefined ? [] : meta.snapshots(id)))
    .map((snapshot) => describeSnapshot(branches, snapshot));
}

/** True if earlier commits would have been on the page, had retention not removed them. */
function endsAtHorizon(branches: BranchTable, { commits: log }: HeadView, { from }: HistoryRequest): boolean {
  return log.horizon() > rootOf(branches).scn && (from === undefined || from < log.first().ts);
}
