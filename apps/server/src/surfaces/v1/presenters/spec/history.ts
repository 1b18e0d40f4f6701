import {
  formatMicros,
  type HistoryEntry,
  type HistoryPage,
  type RowHistoryPage,
  type SnapshotInfo,
} from "@heliosdb/port";
import { COMMIT_TYPES } from "../../../../history/commit-types.js";
import type { HistoryCursor, HistoryOutcome } from "../../../../history/history-outcome.js";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  text,
  word,
} from "../../../../schema/index.js";
import { nextCursor, writeHistoryCursor, writeScnCursor } from "../../schemas/cursor.js";
import { cell, isoTime, scn } from "../../schemas/values.js";
import { commitId, commitType, mergedFrom, presentMergedFrom, summaryOf, writeCommitId } from "../shared/history.js";
import { presentTableChanges, tableChanges } from "../shared/table-changes.js";
import { keyList, rowObject } from "../shared/values.js";
import { view } from "../view/view.js";

const branchName = nullable(text({ description: "The branch of the commit; null if it no longer exists." }));

const historyRow = named(
  "SpecHistoryEntry",
  objectOf({
    id: text({ description: "`tx_…` of a commit, `snap_…` of a snapshot.", example: "tx_42" }),
    type: word(["transaction", "snapshot"]),
    timestamp: isoTime,
    scn,
    summary: text({ description: "The change, in one line.", example: "INSERT INTO users (5 rows)" }),
    user: text({ example: "alice@example.com" }),
    kind: optional(described("Of a transaction.", commitType)),
    branch: optional(branchName),
    message: optional(nullable(text())),
    statements: optional(listOf(text())),
    tables: optional(tableChanges),
    merged_from: optional(described("For a merge: the merged state.", mergedFrom)),
    restored_scn: optional(described("For a restore or reset: the state that was restored.", scn)),
    size_bytes: optional(integer({ format: "int64", description: "Of a snapshot." })),
  }),
);

function presentTransaction(entry: HistoryEntry) {
  return {
    id: writeCommitId(entry.scn),
    type: "transaction" as const,
    timestamp: formatMicros(entry.timestamp),
    scn: entry.scn,
    summary: summaryOf(entry),
    user: entry.author,
    kind: COMMIT_TYPES[entry.kind],
    branch: entry.branch?.name ?? null,
    message: entry.message,
    statements: entry.statements,
    tables: presentTableChanges(entry.tables),
    ...(entry.merged && { merged_from: presentMergedFrom(entry.merged) }),
    ...(entry.restoredScn !== null && { restored_scn: entry.restoredScn }),
  };
}

function presentSnapshot(snapshot: SnapshotInfo) {
  const kind = snapshot.type === "automatic" ? "Automatic snapshot" : "Snapshot";
  const said = snapshot.name ?? snapshot.description;
  return {
    id: snapshot.id,
    type: "snapshot" as const,
    timestamp: formatMicros(snapshot.timestamp),
    scn: snapshot.scn,
    summary: said === null ? kind : `${kind}: ${said}`,
    user: snapshot.author,
    size_bytes: snapshot.sizeBytes,
  };
}

/**
 * An entry for each commit and, before it, since the newest come first, one for each snapshot of the state after it.
 */
export function presentEntries(entries: readonly HistoryEntry[]) {
  return entries.flatMap((entry) => [...entry.snapshots.map(presentSnapshot), presentTransaction(entry)]);
}

export const entries = listOf(historyRow, { description: "Newest first." });

export const branchHistory = view(
  named(
    "SpecBranchHistory",
    objectOf({
      history: entries,
      next_cursor: nextCursor,
      truncated: boolean({ description: "True if retention removed earlier history." }),
    }),
  ),
  ({ page, limit, cursor }: HistoryOutcome) => {
    const { entries, next } = cut(page, limit, cursor);
    return { history: entries, next_cursor: next, truncated: page.truncated };
  },
);

/** Cuts a page to the requested number of entries: with snapshots, a page of commits may have more. */
function cut({ entries, next }: HistoryPage, limit: number, cursor: HistoryCursor | null) {
  const rows: ReturnType<typeof presentEntries> = [];
  for (const entry of entries) {
    const shown = cursor !== null && entry.scn === cursor.before - 1 ? cursor.skip : 0;
    const own = presentEntries([entry]).slice(shown);
    const room = limit - rows.length;
    if (room === 0) return { entries: rows, next: writeHistoryCursor({ before: entry.scn + 1, skip: shown }) };
    rows.push(...own.slice(0, room));
    if (own.length > room) {
      return { entries: rows, next: writeHistoryCursor({ before: entry.scn + 1, skip: shown + room }) };
    }
  }
  return { entries: rows, next: writeScnCursor(next) };
}

const rowVersion = named(
  "SpecRowVersion",
  objectOf({
    id: commitId,
    type: word(["insert", "update", "delete", "existing"], {
      description: "`existing`: the row was there when the kept history begins.",
    }),
    scn,
    timestamp: isoTime,
    branch: branchName,
    user: text(),
    message: nullable(text()),
    columns: listOf(text(), { description: "Columns of this version; a table's columns can change." }),
    row: nullable(listOf(cell, { description: "In the order of the columns; null after a delete." })),
    changed: listOf(text(), { description: "Columns whose value the commit changed." }),
  }),
);

export const rowHistory = view(
  named(
    "SpecRowHistory",
    objectOf({
      table: text({ example: "users" }),
      key: listOf(cell),
      versions: listOf(rowVersion, { description: "Newest first." }),
      next_cursor: nextCursor,
    }),
  ),
  (page: RowHistoryPage) => ({
    table: page.table,
    key: keyList(page.key, page.columns),
    versions: page.versions.map((version) => ({
      id: writeCommitId(version.scn),
      type: version.kind,
      scn: version.scn,
      timestamp: formatMicros(version.timestamp),
      branch: version.branch?.name ?? null,
      user: version.author,
      message: version.message,
      columns: Object.keys(version.row ?? {}),
      row: version.row && Object.values(rowObject(version.row, page.columns)!),
      changed: version.changed,
    })),
    next_cursor: writeScnCursor(page.next),
  }),
);
