import { markAt } from "../capture/high-water-mark.js";
import { imagedColumns, imageName, logKey, logName } from "../capture/log.js";
import type { Connection } from "../file/connection.js";
import { epochAt } from "../schema/epochs.js";
import type { TableDef } from "../schema/model.js";
import { storedColumns } from "../schema/model.js";
import { ExactStatement } from "../values/exact-statement.js";
import type { RowReader } from "./row-reader.js";
import { decodeValues, keyIdentity, type Row } from "./values.js";

/** A key that one side may have changed. */
export interface Candidate {
  readonly key: Row;
  /** SCN of its newest write after the shared commit; 0 if only a merge considered it. */
  newest: number;
  /** Set for a row above the mark of the shared commit: its SCN is looked up only if a conflict needs it. */
  above?: bigint;
}

export interface Candidates {
  readonly keyed: Map<string, Candidate>;
  /** True when rows without a key may have changed. */
  keyless: boolean;
  /** True if some were written, and not only considered by a merge that brought nothing. */
  keylessWritten: boolean;
}

interface FindOptions {
  /** Every key of the table counts as changed: the state to compare with has no such table. */
  readonly all?: boolean;
  /** Told of each key before it is kept; what it throws ends the search. */
  readonly found?: (key: Row) => void;
}

/**
 * Every key of a table that may have changed since the shared commit `since`: keys in any image of the log, in the
 * current row at each logged rowid (a key changed from a to b logs only a), in rows above the mark of that time, and
 * those that merges considered.
 */
export function findCandidates(
  db: Connection,
  table: TableDef,
  reader: RowReader,
  since: number,
  until: number,
  { all = false, found = () => {} }: FindOptions = {},
): Candidates {
  const result: Candidates = { keyed: new Map(), keyless: false, keylessWritten: false };
  const positions = keyPositions(table);
  const add = (key: Row, scn: number, above?: bigint) => {
    if (key.length === 0 || key.some((value) => value === null || value === undefined)) {
      result.keyless = true;
      result.keylessWritten = true;
      return;
    }
    const identity = keyIdentity(table, key);
    const known = result.keyed.get(identity);
    if (!known) {
      found(key);
      result.keyed.set(identity, { key, newest: scn, above });
    } else {
      known.newest = Math.max(known.newest, scn);
      known.above ??= above;
    }
  };
  const keyOfRow = (rowid: bigint | null, row: Row) =>
    table.rowidColumn === null ? positions.map((at) => row[at]) : [rowid!];
  readLog(db, table, since, until, add, reader, keyOfRow);
  // A table that did not exist at the shared commit and was restored since has no trace of that in its log.
  const isWhole = all || !epochAt(db, since).tables.some(({ uid }) => uid === table.uid);
  if (isWhole || !table.withoutRowid) {
    const mark = isWhole ? null : markAt(db, table, since);
    for (const { rowid, row } of reader.above(mark)) add(keyOfRow(rowid, row), 0, rowid ?? undefined);
  }
  const touched = db
    .prepare("SELECT key FROM main._helios_touch WHERE scn > ? AND scn <= ? AND uid = ?")
    .pluck()
    .all(since, until, table.uid) as string[];
  for (const key of touched) {
    if (key === KEYLESS) result.keyless = true;
    else add(decodeValues(key), 0);
  }
  return result;
}

/** Stands for "rows without a key" in the table of considered keys. The word is part of the file format. */
export const KEYLESS = "loose";

function readLog(
  db: Connection,
  table: TableDef,
  since: number,
  until: number,
  add: (key: Row, scn: number) => void,
  reader: RowReader,
  keyOfRow: (rowid: bigint | null, row: Row) => Row,
): void {
  const byName = new Map(imagedColumns(table).map((column) => [column.name, imageName(column)]));
  const byKey = table.withoutRowid || table.rowidColumn !== null;
  const images = byKey ? [] : table.primaryKey.map((column) => byName.get(column)!);
  const columns = ["scn", "p", ...logKey(table), ...images].join(", ");
  const order = ["scn", ...logKey(table)].join(", ");
  const rows = new ExactStatement(
    db,
    `SELECT ${columns} FROM main.${logName(table)} WHERE scn > ? AND scn <= ? ORDER BY ${order}`,
  ).iterate(since, until);
  for (const [scn, present, ...rest] of rows) {
    const at = Number(scn);
    if (byKey) {
      add(rest, at);
      continue;
    }
    const [rowid, ...key] = rest;
    if (present === 1n) add(key, at);
    const now = reader.byRowid(rowid as bigint);
    if (now) add(keyOfRow(now.rowid, now.row), at);
  }
}

function keyPositions(table: TableDef): number[] {
  const names = storedColumns(table).map((column) => column.name);
  return table.primaryKey.map((column) => names.indexOf(column));
}

/**
 * SCN of the newest write to a candidate's row. A row above the mark was inserted by the first commit whose mark
 * reaches it.
 */
export function newestWrite(
  db: Connection,
  table: TableDef,
  candidate: Candidate | undefined,
  since: number,
  until: number,
): number {
  if (candidate?.above === undefined) return candidate?.newest ?? 0;
  const scn = db
    .prepare("SELECT min(scn) FROM main._helios_marks WHERE uid = ? AND scn > ? AND scn <= ? AND mark >= ?")
    .pluck()
    .get(table.uid, since, until, candidate.above) as number | null;
  return Math.max(candidate.newest, scn ?? 0);
}
