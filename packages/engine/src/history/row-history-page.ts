import {
  HeliosError,
  type RowHistoryPage,
  type RowHistoryRequest,
  type RowVersion,
  toJsonCell,
  type Value,
} from "@heliosdb/port";
import type { Statement } from "../file/connection.js";
import type { BranchTable } from "../meta/branches.js";
import { allColumns, keyValues, rowObject } from "../rows/row-object.js";
import type { Row } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { counted, type SqliteValue } from "../values/sqlite-value.js";
import type { HeadView } from "../view/head-view.js";
import type { PointInTimeViews } from "../view/point-in-time-views.js";
import { nameOfBranch } from "./entries.js";
import { RowHistory, type Transition } from "./row-history.js";
import { readKey } from "./row-key.js";
import { TableLineage } from "./table-lineage.js";

/** A page of the versions under one key of a table, newest first. */
export function readRowHistory(
  branches: BranchTable,
  views: PointInTimeViews,
  request: RowHistoryRequest,
): RowHistoryPage {
  const { file, cap } = branches.locate(branches.get(request.branch));
  const head = views.head(file);
  return head.read(() => {
    const until = head.commits.atOrBefore(cap)!.scn;
    const lineage = TableLineage.find(head.db, request.table, head.commits.horizon(), until);
    if (lineage === null) {
      throw new HeliosError("TABLE_NOT_FOUND", `Table '${request.table}' not found`, { table: request.table });
    }
    const table = lineage.tables[0]!;
    const keys = readKey(table, request.key);
    for (const key of keys) {
      const page = pageOf(branches, head, new RowHistory(head.db, lineage, key), lineage, request);
      if (page.versions.length > 0) return { table: table.name, key: valuesOf(table, key), ...page };
    }
    if (request.before !== undefined) {
      return { table: table.name, key: valuesOf(table, keys[0]!), versions: [], columns: [], next: null };
    }
    throw new HeliosError(
      "ROW_NOT_FOUND",
      `Table '${table.name}' has never had a row with the key ${JSON.stringify(request.key.map((value) => toJsonCell(value)))}${lineage.horizon > 0 ? ", as far back as its history goes" : ""}.`,
      { table: table.name },
    );
  });
}

function valuesOf(table: TableDef, key: Row): readonly Value[] {
  return table.primaryKey.length > 0 ? keyValues(table, key) : key.map((value) => counted(value as SqliteValue));
}

function pageOf(
  branches: BranchTable,
  head: HeadView,
  history: RowHistory,
  lineage: TableLineage,
  { limit, before = Number.POSITIVE_INFINITY }: RowHistoryRequest,
): Pick<RowHistoryPage, "versions" | "columns" | "next"> {
  const commit = head.db.prepare("SELECT ts, branch, author, message FROM main._helios_commits WHERE scn = ?");
  const versions: RowVersion[] = [];
  const shapes = new Set<TableDef>();
  const page = (next: number | null) => ({ versions, columns: allColumns([...shapes]), next });
  for (const transition of history.transitions(Math.min(lineage.until, before - 1))) {
    if (versions.length === limit) return page(versions.at(-1)?.scn ?? null);
    if (transition.after) shapes.add(transition.after.table);
    versions.push({ ...commitOf(branches, commit, transition.scn), ...contents(history, transition, lineage.horizon) });
  }
  return page(null);
}

function contents(
  history: RowHistory,
  transition: Transition,
  horizon: number,
): Pick<RowVersion, "kind" | "row" | "changed"> {
  const { before, after, scn } = transition;
  const row = after && rowObject(after.table, after.row);
  // The commit that wrote this version is gone with the history: the one at the horizon need not have touched the row.
  if (scn === horizon) return { kind: "existing", row, changed: [] };
  const kind = after === null ? "delete" : before === null ? "insert" : "update";
  return { kind, row, changed: history.changed(transition) };
}

function commitOf(
  branches: BranchTable,
  statement: Statement,
  scn: number,
): Pick<RowVersion, "scn" | "timestamp" | "author" | "message" | "branch"> {
  const { ts, branch, author, message } = statement.get(scn) as {
    ts: number;
    branch: string;
    author: string;
    message: string | null;
  };
  return { scn, timestamp: ts, author, message, branch: nameOfBranch(branches.ownerOf(branch)) };
}
