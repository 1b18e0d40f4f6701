import type { TableChange } from "@heliosdb/port";
import type { Epoch } from "../schema/model.js";
import { rowCount } from "../schema/statistics.js";
import type { BranchFile } from "./branch-file.js";
import { tablesByUid } from "./operations.js";

/**
 * Closes the log of a commit, and returns its changes, table by table. A table that was added counts as all its rows
 * inserted, one that was dropped as all of them deleted, even if it was only renamed.
 */
export function finishChanges(
  file: BranchFile,
  scn: number,
  before: Epoch,
  touched: ReadonlySet<string>,
): TableChange[] {
  const tables = tablesByUid(file, touched);
  file.capture.hook(tables, false);
  const changes = file.capture.finish(scn, tables);
  const after = file.epoch;
  if (after.scn === before.scn) return changes;
  const missing = (from: Epoch, to: Epoch) => {
    const kept = new Set(to.tables.map(({ uid }) => uid));
    return from.tables.filter(({ uid }) => !kept.has(uid));
  };
  const [came, went] = [missing(after, before), missing(before, after)];
  const found = new Map(
    changes.filter(({ table }) => !came.some(({ name }) => name === table)).map((change) => [change.table, change]),
  );
  const add = (table: string, kind: "inserted" | "deleted", rows: number) => {
    if (rows === 0) return;
    const known = found.get(table) ?? { table, inserted: 0, updated: 0, deleted: 0 };
    found.set(table, { ...known, [kind]: known[kind] + rows });
  };
  for (const { name, uid } of came) add(name, "inserted", rowCount(file.db, uid, scn));
  for (const { name, uid } of went) add(name, "deleted", rowCount(file.db, uid, scn - 1));
  return [...found.values()];
}
