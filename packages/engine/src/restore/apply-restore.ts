import type { Connection } from "../file/connection.js";
import { ShadowTable } from "../past/shadow-table.js";
import { epochAt, type StoredTable, storedTables } from "../schema/epochs.js";
import type { Epoch, SchemaObject, TableDef } from "../schema/model.js";
import { raiseSequence } from "../schema/sequence.js";
import { ident } from "../sql/names.js";
import { namesItself } from "../sql/own-name.js";
import { withoutStyle } from "../sql/tokenize.js";
import { failpoint } from "../util/failpoint.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema, dropTable, retireAside } from "../write/ddl.js";
import type { Elsewhere } from "./foreign-state.js";

/** How a table of then comes back. */
type Way =
  /** It is there in the same shape: only rows differ. */
  | "in place"
  /** It was dropped and put aside in the same shape: it is renamed back. */
  | "from aside"
  /** It is there in another shape, or gone: it is made anew, under its old identity. */
  | "anew";

/** The state that is to come back. */
export interface Wanted {
  readonly scn: number;
  /** Null where the file's own history leads back to it. */
  readonly elsewhere: Elsewhere | null;
}

interface Returning {
  readonly table: TableDef;
  /** Undefined for a table that this file has never had, or has forgotten. */
  readonly stored: StoredTable | undefined;
  readonly way: Way;
}

/**
 * Changes schema and rows to what is wanted, inside the caller's transaction, with foreign keys off. Everything
 * goes through the capture triggers, so that the states in between stay readable. Gives the uids of the tables touched.
 */
export function bringBack(file: BranchFile, to: Wanted, scn: number): Set<string> {
  const { db } = file;
  const [then, now] = [to.elsewhere?.epoch ?? epochAt(db, to.scn), file.epoch];
  const before = file.head.scn;
  const touched = new Set<string>();
  const sameSchema = to.elsewhere === null && then.scn === now.scn;
  if (sameSchema) dropEach(db, triggersOf(now));
  else changeSchema(file, scn, undefined, () => dropEach(db, now.objects));
  for (const table of now.tables) {
    if (then.tables.some((other) => other.uid === table.uid)) continue;
    dropTable(file, table, `DROP TABLE main.${ident(table.name)}`, scn, touched);
  }
  const stored = storedTables(db);
  const returning = then.tables.map((table): Returning => {
    const found = stored.get(table.uid);
    return { table, stored: found, way: wayOf(table, found, file.epoch) };
  });
  bringTablesBack(file, returning, scn, touched);
  for (const each of returning) {
    const now = storedTables(db).get(each.table.uid)!;
    const rows = new ShadowTable(db, each.table, now, to.scn, [], `restore_${each.table.uid}`);
    if (to.elsewhere) rows.fill(to.elsewhere.db, to.elsewhere.keyed(each.table));
    // Of a table made anew every row is in the log by now; of the others what has changed since.
    else rows.gather(to.scn, each.way === "anew" ? scn : before);
    if (each.way !== "anew") rows.forgetUnchanged();
    file.capture.hook([each.table], false);
    touched.add(each.table.uid);
    db.exec(each.way === "anew" ? rows.rebuildFromLog() : rows.restoreInPlace());
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

function wayOf(table: TableDef, stored: StoredTable | undefined, now: Epoch): Way {
  const current = now.tables.find((other) => other.uid === table.uid);
  if (current) return isSameShape(current, table) ? "in place" : "anew";
  return stored !== undefined && stored.physical !== "" && isSameShape(stored.def, table) ? "from aside" : "anew";
}

/**
 * A rename, which is how a table comes back from aside, puts the name in the text in quotes: that makes no other shape. A
 * column that was dropped and made again makes another, though the text is the same: it has another past.
 */
function isSameShape(a: TableDef, b: TableDef): boolean {
  if (a.name !== b.name || a.columns.length !== b.columns.length) return false;
  const sameColumns = a.columns.every((column, i) => {
    const other = b.columns[i]!;
    return column.uid === other.uid && column.name === other.name;
  });
  return sameColumns && (a.sql === b.sql || withoutStyle(a.sql) === withoutStyle(b.sql));
}

/** Has every table of then in the file, in its shape and by its name; those made anew are empty. */
function bringTablesBack(file: BranchFile, returning: readonly Returning[], scn: number, touched: Set<string>): void {
  const { db } = file;
  const [anew, aside] = [of(returning, "anew"), of(returning, "from aside")];
  if (anew.length + aside.length === 0) return;
  const defs = new Map(returning.map(({ table }) => [table.name, table]));
  const inherit = (name: string) => defs.get(name);
  for (const { table } of anew) {
    const current = file.epoch.tables.find((other) => other.uid === table.uid);
    if (current) {
      file.capture.hook([current], false);
      file.capture.imageAll(current);
      touched.add(table.uid);
    }
  }
  changeSchema(file, scn, undefined, () => {
    for (const { table, stored } of anew) {
      retireAside(file, table.uid);
      if (stored?.physical && stored.dropped === null) db.exec(`DROP TABLE main.${ident(stored.physical)}`);
    }
  });
  for (const { table } of anew) db.prepare("UPDATE _helios_tables SET physical = '' WHERE uid = ?").run(table.uid);
  changeSchema(
    file,
    scn,
    undefined,
    () => {
      try {
        for (const { table, stored } of aside) {
          db.pragma(`legacy_alter_table = ${namesItself(table.sql) ? "OFF" : "ON"}`);
          db.exec(`ALTER TABLE main.${ident(stored!.physical)} RENAME TO ${ident(table.name)}`);
        }
      } finally {
        db.pragma("legacy_alter_table = OFF");
      }
      for (const { table } of anew) db.exec(table.sql);
    },
    inherit,
  );
}

function of(returning: readonly Returning[], way: Way): readonly Returning[] {
  return returning.filter((each) => each.way === way);
}

function triggersOf(epoch: Epoch): SchemaObject[] {
  return epoch.objects.filter((object) => object.type === "trigger");
}

function dropEach(db: Connection, objects: readonly SchemaObject[]): void {
  for (const object of [...objects].reverse()) db.exec(`DROP ${object.type} main.${ident(object.name)}`);
}
