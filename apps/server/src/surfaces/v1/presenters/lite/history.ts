import type { HistoryEntry, RowHistoryPage } from "@heliosdb/port";
import { COMMIT_TYPES } from "../../../../history/commit-types.js";
import type { HistoryOutcome } from "../../../../history/history-outcome.js";
import {
  boolean,
  described,
  listOf,
  named,
  nullable,
  objectOf,
  optional,
  recordOf,
  text,
  word,
} from "../../../../schema/index.js";
import { nextCursor, writeScnCursor } from "../../schemas/cursor.js";
import { cell, epochSeconds, scn } from "../../schemas/values.js";
import { commitId, commitType, mergedFrom, presentMergedFrom, summaryOf, writeCommitId } from "../shared/history.js";
import { presentTableChanges, tableChanges } from "../shared/table-changes.js";
import { keyList, rowObject } from "../shared/values.js";
import { toSeconds } from "../view/times.js";
import { view } from "../view/view.js";

const branchName = nullable(text({ description: "The branch of the commit; null if it no longer exists." }));

const historyEntry = named(
  "HistoryEntry",
  objectOf({
    id: commitId,
    type: commitType,
    scn,
    timestamp: epochSeconds,
    branch: branchName,
    author: text({ example: "alice@example.com" }),
    message: nullable(text()),
    summary: text({ description: "The change, in one line.", example: "INSERT INTO users (5 rows)" }),
    statements: listOf(text()),
    tables: tableChanges,
    merged_from: optional(described("For a merge: the merged state.", mergedFrom)),
    restored_scn: optional(described("For a restore or reset: the state that was restored.", scn)),
    snapshots: optional(
      listOf(
        named(
          "HistorySnapshot",
          objectOf({
            id: text({ example: "snap_2a" }),
            name: nullable(text()),
            type: word(["manual", "automatic"]),
          }),
        ),
        { description: "Snapshots of the state after the commit." },
      ),
    ),
  }),
);

export function presentEntry(entry: HistoryEntry) {
  return {
    id: writeCommitId(entry.scn),
    type: COMMIT_TYPES[entry.kind],
    scn: entry.scn,
    timestamp: toSeconds(entry.timestamp),
    branch: entry.branch?.name ?? null,
    author: entry.author,
    message: entry.message,
    summary: summaryOf(entry),
    statements: entry.statements,
    tables: presentTableChanges(entry.tables),
    ...(entry.merged && { merged_from: presentMergedFrom(entry.merged) }),
    ...(entry.restoredScn !== null && { restored_scn: entry.restoredScn }),
    ...(entry.snapshots.length > 0 && { snapshots: entry.snapshots.map(({ id, name, type }) => ({ id, name, type })) }),
  };
}

export const entries = listOf(historyEntry, { description: "Newest first." });

export const branchHistory = view(
  named(
    "BranchHistory",
    objectOf({
      history: entries,
      next_cursor: nextCursor,
      truncated: boolean({ description: "True if retention removed earlier history." }),
    }),
  ),
  ({ page }: HistoryOutcome) => ({
    history: page.entries.map(presentEntry),
    next_cursor: writeScnCursor(page.next),
    truncated: page.truncated,
  }),
);

const rowVersion = named(
  "RowVersion",
  objectOf({
    id: commitId,
    type: word(["insert", "update", "delete", "existing"], {
      description: "`existing`: the row was there when the kept history begins.",
    }),
    scn,
    timestamp: epochSeconds,
    branch: branchName,
    author: text(),
    message: nullable(text()),
    row: nullable(recordOf(cell, { description: "The row by column; null after a delete." })),
    changed: listOf(text(), { description: "Columns whose value the commit changed." }),
  }),
);

export const rowHistory = view(
  named(
    "RowHistory",
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
      timestamp: toSeconds(version.timestamp),
      branch: version.branch?.name ?? null,
      author: version.author,
      message: version.message,
      row: rowObject(version.row, page.columns),
      changed: version.changed,
    })),
    next_cursor: writeScnCursor(page.next),
  }),
);
