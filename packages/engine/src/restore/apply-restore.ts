import type { Connection } from "../file/connection.js";
import { ShadowTable } from "../past/shadow-table.js";
import { epochAt, type StoredTable, storedTable, storedTables } from "../schema/epochs.js";
import type { Epoch, SchemaObject, TableDef } from "../schema/model.js";
import { raiseSequence } from "../schema/sequence.js";
import { ident } from "../sql/names.js";
import { namesItself } from "../sql/own-name.js";
import { withoutStyle } from "../sql/tokenize.js";
import { failpoint } from "../util/failpoint.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema, dropTable, dropTombstone } from "../write/ddl.js";
import type { ForeignState } from "./foreign-state.js";

/** How a table gets back to the target state. */
type TablePlan =
  /** It exists with the same schema: only rows differ. */
  | "in place"
  /** It was dropped, and its tombstone has the same schema: it is renamed back. */
  | "rename back"
  /** It exists with another schema, or is gone: it is created again, under its old identity. */
  | "recreate";

/** The state to restore. */
export interface RestoreTarget {
  readonly scn: number;
  /** Null if the file's own history leads back to it. */
  readonly foreign: ForeignState | null;
}

interface RestoredTable {
  readonly table: TableDef;
  /** Undefined for a table that this file has never had, or no longer knows. */
  readonly stored: StoredTable | undefined;
  readonly plan: TablePlan;
}

/**
 * Changes schema and rows to the target state, inside the caller's transaction, with foreign keys off. Everything goes
 * through the capture triggers, so that the states in between stay readable. Returns the uids of the tables written.
 */
export function applyRestore(file: BranchFile, to: RestoreTarget, scn: number): Set<string> {
  const { db } = file;
  const [then, now] = [to.foreign?.epoch ?? epochAt(db, to.scn), file.epoch];
  const before = file.head.scn;
  const touched = new Set<string>();
  const sameSchema = to.foreign === null && then.scn === now.scn;
  if (sameSchema) dropEach(db, triggersOf(now));
  else changeSchema(file, scn, undefined, () => dropEach(db, now.objects));
  for (const table of now.tables) {
    if (then.tables.some((other) => other.uid === table.uid)) continue;
    dropTable(file, table, `DROP TABLE main.${ident(table.name)}`, scn, touched);
  }
  const stored = storedTables(db);
  const restored = then.tables.map((table): RestoredTable => {
    const found = stored.get(table.uid);
    return { table, stored: found, plan: planOf(table, found, file.epoch) };
  });
  restoreSchema(file, restored, scn, touched);
  for (const each of restored) {
    const now = storedTable(db, each.table.uid)!;
    const rows = new ShadowTable(db, each.table, now, to.scn, [], `restore_${each.table.uid}`);
    if (to.foreign) rows.fill(to.foreign.db, to.foreign.keyed(each.table));
    // Every row of a recreated table is in the log by now; of the others, the changes since.
    else rows.gather(to.scn, each.plan === "recreate" ? scn : before);
    if (each.plan !== "recreate") rows.dropUnchanged();
    file.capture.hook([each.table], false);
    touched.add(each.table.uid);
    db.exec(each.plan === "recreate" ? rows.rebuildFromLog() : rows.restoreInPlace());
    rows.drop();
    failpoint("restore.rows");
    if (each.table.autoincrement) raiseSequence(db, each.table);
  }
  if (sameSchema) for (const trigger of triggersOf(then)) db.exec(trigger.sql);
  else {
    changeSchema(file, scn, undefined, () => {
      for (const object of then.objects) db.exec(object.sql);
    });
  }
  return touched;
}

function planOf(table: TableDef, stored: StoredTable | undefined, now: Epoch): TablePlan {
  const current = now.tables.find((other) => other.uid === table.uid);
  if (current) return isSameSchema(current, table) ? "in place" : "recreate";
  return stored !== undefined && stored.physical !== "" && isSameSchema(stored.def, table) ? "rename back" : "recreate";
}

/**
 * Renaming a tombstoned table back quotes its name in the definition, which does not make the schema different. A
 * column that was dropped and made again does, even if the text is the same: it has another past.
 */
function isSameSchema(a: TableDef, b: TableDef): boolean {
  if (a.name !== b.name || a.columns.length !== b.columns.length) return false;
  const sameColumns = a.columns.every((column, i) => {
    const other = b.columns[i]!;
    return column.uid === other.uid && column.name === other.name;
  });
  return sameColumns && (a.sql === b.sql || withoutStyle(a.sql) === withoutStyle(b.sql));
}

/** Gives the file every table of the target state, by its schema and its name; recreated ones are empty. */
function restoreSchema(file: BranchFile, restored: readonly RestoredTable[], scn: number, touched: Set<string>): void {
  const { db } = file;
  const [recreated, tombstoned] = [of(restored, "recreate"), of(restored, "rename back")];
  if (recreated.length + tombstoned.length === 0) return;
  const defs = new Map(restored.map(({ table }) => [table.name, table]));
  const inherit = (name: string) => defs.get(name);
  for (const { table } of recreated) {
    const current = file.epoch.tables.find((other) => other.uid === table.uid);
    if (current) {
      file.capture.hook([current], false);
      file.capture.imageAll(current);
      touched.add(table.uid);
    }
  }
  changeSchema(file, scn, undefined, () => {
    for (const { table, stored } of recreated) {
      dropTombstone(file, table.uid);
      if (stored?.physical && stored.dropped === null) db.exec(`DROP TABLE main.${ident(stored.physical)}`);
    }
  });
  for (const { table } of recreated) db.prepare("UPDATE _helios_tables SET physical = '' WHERE uid = ?").run(table.uid);
  changeSchema(
    file,
    scn,
    undefined,
    () => {
      try {
        for (const { table, stored } of tombstoned) {
          db.pragma(`legacy_alter_table = ${namesItself(table.sql) ? "OFF" : "ON"}`);
          db.exec(`ALTER TABLE main.${ident(stored!.physical)} RENAME TO ${ident(table.name)}`);
        }
      } finally {
        db.pragma("legacy_alter_table = OFF");
      }
      for (const { table } of recreated) db.exec(table.sql);
    },
    inherit,
  );
}

function of(restored: readonly RestoredTable[], plan: TablePlan): readonly RestoredTable[] {
  return restored.filter((each) => each.plan === plan);
}

function triggersOf(epoch: Epoch): SchemaObject[] {
  return epoch.objects.filter((object) => object.type === "trigger");
}

function dropEach(db: Connection, objects: readonly SchemaObject[]): void {
  for (const object of [...objects].reverse()) db.exec(`DROP ${object.type} main.${ident(object.name)}`);
}
