import { type Cell, HeliosError, type RowHistoryPage, type RowHistoryRequest, type RowVersion } from "@heliosdb/port";
import type { Statement } from "../file/connection.js";
import type { BranchTable } from "../meta/branches.js";
import { keyCells, rowObject } from "../rows/row-json.js";
import type { Row } from "../rows/values.js";
import type { TableDef } from "../schema/model.js";
import { type SqliteValue, toCell } from "../values/cells.js";
import type { HeadState } from "../view/head-view.js";
import type { States } from "../view/point-in-time-views.js";
import { nameOfBranch } from "./entries.js";
import { RowTrail, type Turn } from "./row-history.js";
import { readKey } from "./row-key.js";
import { TableLife } from "./table-lineage.js";

/** A page of what stood under one key of a table, newest first. */
export function readRowHistory(branches: BranchTable, states: States, request: RowHistoryRequest): RowHistoryPage {
  const { file, cap } = branches.locate(branches.get(request.branch));
  const head = states.head(file);
  return head.within(() => {
    const until = head.commits.atOrBefore(cap)!.scn;
    const life = TableLife.find(head.db, request.table, head.commits.horizon(), until);
    if (life === null) {
      throw new HeliosError("TABLE_NOT_FOUND", `Table '${request.table}' not found`, { table: request.table });
    }
    const table = life.tables[0]!;
    const keys = readKey(table, request.key);
    for (const key of keys) {
      const page = pageOf(branches, head, new RowTrail(head.db, life, key), life, request);
      if (page.versions.length > 0) return { table: table.name, key: cellsOf(table, key), ...page };
    }
    if (request.before !== undefined) {
      return { table: table.name, key: cellsOf(table, keys[0]!), versions: [], next: null };
    }
    throw new HeliosError(
      "ROW_NOT_FOUND",
      `Table '${table.name}' has never had a row with the key ${JSON.stringify(request.key)}${life.horizon > 0 ? ", as far back as its history is kept" : ""}.`,
      { table: table.name },
    );
  });
}

function cellsOf(table: TableDef, key: Row): Cell[] {
  return table.primaryKey.length > 0 ? keyCells(table, key) : key.map((value) => toCell(value as SqliteValue));
}

function pageOf(
  branches: BranchTable,
  head: HeadState,
  trail: RowTrail,
  life: TableLife,
  { limit, before = Number.POSITIVE_INFINITY }: RowHistoryRequest,
): Pick<RowHistoryPage, "versions" | "next"> {
  const commit = head.db.prepare("SELECT ts, branch, author, message FROM main._helios_commits WHERE scn = ?");
  const versions: RowVersion[] = [];
  for (const turn of trail.back(Math.min(life.until, before - 1))) {
    if (versions.length === limit) return { versions, next: versions.at(-1)?.scn ?? null };
    versions.push({ ...commitOf(branches, commit, turn.scn), ...contents(trail, turn, life.horizon) });
  }
  return { versions, next: null };
}

function contents(trail: RowTrail, turn: Turn, horizon: number): Pick<RowVersion, "kind" | "row" | "changed"> {
  const { before, after, scn } = turn;
  const row = after && rowObject(after.table, after.row);
  // Whatever gave the row its shape is gone with the history: the commit at the horizon need not have touched it.
  if (scn === horizon) return { kind: "existing", row, changed: [] };
  const kind = after === null ? "delete" : before === null ? "insert" : "update";
  return { kind, row, changed: trail.changed(turn) };
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
