import { forgetTable } from "../capture/forget-table.js";
import { ensureLog, logName } from "../capture/log.js";
import { recordEpoch, type StoredTable, tablesByRootPage, tablesOutside } from "../schema/epochs.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { raiseSequence } from "../schema/sequence.js";
import { foldName, ident, sameName } from "../sql/names.js";
import type { BranchFile } from "./branch-file.js";
import { carriedOver, fillsOf, isContinuation, renamedByValue } from "./continuation.js";
import { logReplaced, type OldRows } from "./replaced-rows.js";

/**
 * A table that takes the name of one that is gone counts as that table, rebuilt: by new table, copy, drop and rename,
 * in any order, in one commit or several. It continues under the identity of the old one, and the rebuild's changes to
 * its rows are logged like any write. So history, diffs and merges see an ALTER TABLE. Call it at the end of a commit.
 */
export function continueTables(file: BranchFile, scn: number, before: Epoch, touched: Set<string>): void {
  file.capture.settle(scn);
  for (const [now, gone] of continuations(file, before)) continueAs(file, scn, before, gone, now, touched);
}

/**
 * Which table continues which: by the last name of one that is gone since this commit; else by the name that one had
 * before this commit, for example if the old table was renamed away first; else by the name of one that was dropped
 * earlier.
 */
function continuations({ db, epoch, commits }: BranchFile, before: Epoch): Map<TableDef, StoredTable> {
  const horizon = commits.horizon();
  const tablesBefore = new Map(before.tables.map((table) => [table.uid, table]));
  const gone = tablesOutside(db, epoch);
  const wentNow = gone.filter(({ def }) => tablesBefore.has(def.uid));
  // Tables dropped before the horizon are being removed.
  const wentEarlier = gone
    .filter(({ def, dropped }) => dropped !== null && dropped > horizon && !tablesBefore.has(def.uid))
    .sort((a, b) => b.dropped! - a.dropped!);
  const nameBefore = ({ uid }: TableDef) => tablesBefore.get(uid)?.name ?? "";
  const came = epoch.tables.filter((table) => !sameName(nameBefore(table), table.name));
  const found = new Map<TableDef, StoredTable>();
  const pair = (tables: readonly StoredTable[], isOf: (gone: StoredTable, now: TableDef) => boolean) => {
    for (const now of came) {
      if (found.has(now)) continue;
      const continued = tables.find((each) => ![...found.values()].includes(each) && isOf(each, now));
      if (continued) found.set(now, continued);
    }
  };
  pair(wentNow, ({ def }, now) => sameName(def.name, now.name));
  pair(wentNow, ({ def }, now) => sameName(nameBefore(def), now.name));
  const isFree = ({ name }: TableDef) => !before.tables.some((table) => sameName(table.name, name));
  pair(wentEarlier, ({ def }, now) => sameName(def.name, now.name) && isFree(now));
  return found;
}

function continueAs(
  file: BranchFile,
  scn: number,
  before: Epoch,
  gone: StoredTable,
  now: TableDef,
  touched: Set<string>,
): void {
  const { db } = file;
  const { def: old } = gone;
  const rows = oldRows(gone, scn);
  const renamed = rows ? renamedByValue(db, old, rows, now) : [];
  if (!isContinuation(old, now, renamed)) return;
  retire(file, scn, before, now);
  const known = carriedOver(old, now, renamed);
  const pages = new Map(
    [...tablesByRootPage(db, file.epoch)].map(([page, table]) => [page, table.uid === now.uid ? known : table]),
  );
  const fills = fillsOf(db, old, now);
  const epoch = recordEpoch(db, {
    scn,
    before: pages,
    current: file.epoch,
    renamedColumns: renamed.map(({ from, to }) => ({ table: old.uid, from, to })),
    taken: new Set([...old.columns.map(({ uid }) => uid), ...gone.logged]),
    fill: (table, column) => (table === old.uid ? fills.get(foldName(column)) : undefined),
  });
  const table = epoch.tables.find(({ uid }) => uid === old.uid)!;
  ensureLog(db, table, gone.logged);
  logReplaced(db, scn, old, rows, table);
  if (gone.physical !== "") db.exec(`DROP TABLE main.${ident(gone.physical)}`);
  // The rows counted when the old table went are counted again, over the whole commit.
  db.prepare("DELETE FROM main._helios_marks WHERE uid = ? AND scn = ?").run(old.uid, scn);
  if (table.autoincrement) raiseSequence(db, table);
  file.adoptEpoch(epoch);
  touched.add(old.uid);
}

/**
 * Where the old rows are: in the tombstone, or in the log of this commit. Null if the table was dropped by an earlier
 * commit and has no tombstone.
 */
function oldRows({ def, physical, dropped }: StoredTable, scn: number): OldRows | null {
  if (physical !== "") return { kind: "table", from: `main.${ident(physical)}` };
  return dropped === scn
    ? { kind: "log", from: `(SELECT * FROM main.${logName(def)} WHERE scn = ${scn} AND p)` }
    : null;
}

/**
 * Retires the identity under which the new table was made: it is discarded, or counts as dropped if earlier commits had
 * it.
 */
function retire(file: BranchFile, scn: number, before: Epoch, now: TableDef): void {
  const { db, capture } = file;
  if (before.tables.some(({ uid }) => uid === now.uid)) {
    capture.hook([now], false);
    capture.finishDropped(scn, now);
    capture.reset();
    db.prepare("UPDATE _helios_tables SET physical = '', dropped = ? WHERE uid = ?").run(scn, now.uid);
    return;
  }
  capture.reset();
  forgetTable(db, now);
}
