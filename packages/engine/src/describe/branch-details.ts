import type { BranchDetails, ChangedRows, Divergence } from "@heliosdb/port";
import { type Connection, one } from "../file/connection.js";
import { isContained, lineageAt } from "../lineage/version-vector.js";
import type { BranchTable } from "../meta/branches.js";
import { historyBytes, usedBytes } from "../meta/horizon.js";
import type { BranchRecord } from "../meta/records.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";

/** Sizes, changes since the fork, and divergence from the parent. */
export function branchDetails(branches: BranchTable, views: PointInTimeViews, branch: BranchRecord): BranchDetails {
  const { file } = branches.locate(branch);
  const head = views.head(file);
  return head.read(() => {
    const history = historyBytes(head.db);
    return {
      dataBytes: usedBytes(head.db) - history,
      historyBytes: history,
      changes: changesSinceFork(branches, head.db, branch),
      divergence: divergence(branches, views, branch),
    };
  });
}

/** Only the changes, which cost as much as the branch has own commits. */
export function branchChanges(
  branches: BranchTable,
  views: PointInTimeViews,
  branch: BranchRecord,
): ChangedRows | null {
  const head = views.head(branches.locate(branch).file);
  return head.read(() => changesSinceFork(branches, head.db, branch));
}

function changesSinceFork(branches: BranchTable, db: Connection, branch: BranchRecord): ChangedRows | null {
  if (branch.parent === null) return null;
  const own = branches.current(branch);
  return own.materialised ? changesOf(db, own.id) : NO_CHANGES;
}

const NO_CHANGES: ChangedRows = { inserts: 0, updates: 0, deletes: 0 };

/** Summed over the commits that were made on a timeline. */
function changesOf(db: Connection, timeline: string): ChangedRows {
  return db
    .prepare(
      `SELECT coalesce(sum(t.value ->> 'inserted'), 0) AS inserts, coalesce(sum(t.value ->> 'updated'), 0) AS updates,
              coalesce(sum(t.value ->> 'deleted'), 0) AS deletes
       FROM main._helios_commits AS c, json_each(c.summary, '$.tables') AS t WHERE c.branch = ?`,
    )
    .get(timeline) as ChangedRows;
}

/** Counted as git does: commits that one contains and the other does not, whoever made them. */
function divergence(branches: BranchTable, views: PointInTimeViews, branch: BranchRecord): Divergence | null {
  const parent = branches.byIdOrNull(branch.parent);
  if (parent === null) return null;
  const [here, there] = [branch, parent].map((each) => {
    const { file, cap } = branches.locate(each);
    const head = views.head(file);
    return head.read(() => lineageAt(head.db, branches, cap).vector);
  }) as [ReadonlyMap<string, number>, ReadonlyMap<string, number>];
  const missing = (of: ReadonlyMap<string, number>, from: ReadonlyMap<string, number>) => {
    let commits = 0;
    for (const [timeline, scn] of of) {
      const known = from.get(timeline) ?? 0;
      if (scn > known) commits += commitsBetween(branches, views, timeline, known, scn);
    }
    return commits;
  };
  return {
    parent: { id: parent.id, name: parent.name },
    ahead: missing(here, there),
    behind: missing(there, here),
    canFastForward: isContained(there, here),
  };
}

function commitsBetween(
  branches: BranchTable,
  views: PointInTimeViews,
  timeline: string,
  after: number,
  upTo: number,
): number {
  // If a timeline is gone, it is only known that at least one commit counts.
  if (!branches.files().includes(timeline)) return 1;
  const head = views.head(timeline);
  return head.read(() => {
    const sql = "SELECT count(*) FROM main._helios_commits WHERE branch = ? AND scn > ? AND scn <= ?";
    return one<number>(head.db, sql, timeline, after, upTo) ?? 0;
  });
}
