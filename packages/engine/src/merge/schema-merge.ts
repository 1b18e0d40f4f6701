import { HeliosError } from "@heliosdb/port";
import type { Connection } from "../file/connection.js";
import { type ColumnDef, type Epoch, findTable, storedColumns, type TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";
import { withoutStyle } from "../sql/tokenize.js";
import type { BranchFile } from "../write/branch-file.js";
import { changeSchema, dropTable, retireAside } from "../write/ddl.js";
import { attempt, SchemaConflict } from "./conflict.js";
import type { Identity } from "./identity.js";
import { createObjects, type Decide, dropObjects, planObjects } from "./objects.js";
import { renameTables, TableChange } from "./table-changes.js";

/** The schemas that are merged, and where. What the rows say counts too: a drop may lose what the other side wrote. */
export interface SchemaMerge {
  readonly file: BranchFile;
  readonly base: Epoch;
  readonly source: Epoch;
  /** A connection on which the source's views and triggers can be tried. */
  readonly sourceDb: Connection;
  readonly identity: Identity;
  readonly sourceWrote: (table: TableDef) => boolean;
  readonly targetWrote: (table: TableDef) => boolean;
  /** Whether the side gave some row that the base has another value in this column. */
  readonly sourceChanged: (table: TableDef, column: ColumnDef) => boolean;
  readonly targetChanged: (table: TableDef, column: ColumnDef) => boolean;
  readonly decide: Decide;
}

/**
 * Carries over what one side did to the schema since the base: tables and columns by what they are, everything else by
 * name. What both sides did differently is a conflict, and so is a drop of what the other side wrote to. Runs on the
 * target's file, in the merge's transaction. Gives the uids of tables that the caller wants kept as the target has them.
 */
export function mergeSchema(merge: SchemaMerge, scn: number, touched: Set<string>): ReadonlySet<string> {
  const { file, base, source, identity } = merge;
  const kept = new Set<string>();
  checkDrops(merge, kept);
  if (source.scn === base.scn) return kept;
  const plan = planObjects(base, source, file.epoch, identity, merge.decide);
  dropObjects(file, plan, scn);
  for (const table of base.tables) {
    const here = identity.table(file.epoch, table);
    if (here && !kept.has(here.uid) && !identity.table(source, table)) {
      attempt(table.name, () => dropTable(file, here, `DROP TABLE main.${ident(here.name)}`, scn, touched));
    }
  }
  renameTables(file, renamesOf(merge, kept), scn);
  const taken: Taken[] = [];
  for (const table of source.tables) {
    const here = identity.table(file.epoch, table);
    const was = identity.table(base, table);
    if (here && !kept.has(here.uid)) {
      const change = new TableChange(file, identity, was ?? here, table, here.name, scn, touched);
      unlessKept(merge, table.name, here.uid, kept, () => {
        for (const column of change.apply()) taken.push({ table: here.name, column });
      });
    } else if (!here && !was) {
      unlessKept(merge, table.name, null, kept, () => {
        if (addHere(merge, table, scn)) taken.push({ table: table.name, column: null });
      });
    }
  }
  for (const each of taken) checkReferences(merge, each);
  createObjects(file, plan, scn, merge.sourceDb, merge.decide);
  return kept;
}

/** A table whose text came from the source, or one column of a table. */
interface Taken {
  readonly table: string;
  readonly column: string | null;
}

/** A text taken over from the source must not come to refer to another table, which has the name in the target. */
function checkReferences({ file, source, identity }: SchemaMerge, { table, column }: Taken): void {
  const parents = file.db
    .prepare(`SELECT "table" FROM pragma_foreign_key_list(:table, 'main') WHERE :column IS NULL OR "from" = :column`)
    .pluck()
    .all({ table, column }) as string[];
  for (const name of parents) {
    const there = findTable(source, name);
    if (!there || identity.table(file.epoch, there) === findTable(file.epoch, name)) continue;
    throw new SchemaConflict(
      table,
      `it refers to ${name}, which the target renamed: merge the target into the source first`,
    );
  }
}

/** Does what the source did, unless that conflicts and the caller wants the target's table as it is. */
function unlessKept(
  { file, decide }: SchemaMerge,
  name: string,
  uid: string | null,
  kept: Set<string>,
  change: () => void,
): void {
  file.db.exec("SAVEPOINT _helios_table");
  try {
    change();
  } catch (error) {
    if (!(error instanceof SchemaConflict)) throw error;
    const decision = decide(name);
    if (decision === null) throw error;
    if (decision === "source") throw onlyTarget(name);
    file.db.exec("ROLLBACK TO _helios_table");
    file.capture.reset();
    file.reload();
    if (uid !== null) kept.add(uid);
  }
  file.db.exec("RELEASE _helios_table");
}

/** Refuses to drop on one side what the other has changed: the table itself, its rows, or the values of a column. */
function checkDrops(merge: SchemaMerge, kept: Set<string>): void {
  const { file, base, source, identity, decide } = merge;
  for (const table of base.tables) {
    const there = identity.table(source, table);
    const here = identity.table(file.epoch, table);
    if (there && here) checkDroppedColumns(merge, table, there, here, kept);
    else if (here && (isAltered(merge, table, here) || merge.targetWrote(here))) {
      const decision = decide(table.name);
      if (decision === null)
        throw new SchemaConflict(table.name, "the source dropped this table and the target changed it");
      if (decision === "target") kept.add(here.uid);
    } else if (there && (isAltered(merge, table, there) || merge.sourceWrote(there))) {
      const decision = decide(table.name);
      if (decision === null)
        throw new SchemaConflict(table.name, "the target dropped this table and the source changed it");
      if (decision === "source") throw onlyTarget(table.name);
    }
  }
}

function checkDroppedColumns(
  merge: SchemaMerge,
  table: TableDef,
  there: TableDef,
  here: TableDef,
  kept: Set<string>,
): void {
  for (const column of storedColumns(table)) {
    const inSource = merge.identity.column(there, column);
    const inTarget = merge.identity.column(here, column);
    const isLost =
      (inSource && !inTarget && merge.sourceChanged(table, column)) ||
      (inTarget && !inSource && merge.targetChanged(table, column));
    if (!isLost) continue;
    const decision = merge.decide(table.name);
    if (decision === null) {
      throw new SchemaConflict(
        table.name,
        `column ${column.name} was dropped on one side and written on the other; drop it on both, then merge`,
      );
    }
    if (decision === "target") kept.add(here.uid);
    else if (inSource) throw onlyTarget(table.name);
  }
}

/** ALTER TABLE can rename the table, and rename, add and drop its columns. */
function isAltered({ identity }: SchemaMerge, base: TableDef, now: TableDef): boolean {
  return (
    base.name !== now.name ||
    base.columns.length !== now.columns.length ||
    base.columns.some((column) => identity.column(now, column)?.name !== column.name)
  );
}

/** To take the source's shape of a table would throw away what the target holds in its own. */
function onlyTarget(name: string): HeliosError {
  return new HeliosError(
    "INVALID_FIELD",
    `The conflict over ${name} can only be resolved by keeping the target's ("use": "target"): change one of the branches to have the source's.`,
    { table: name },
  );
}

/** Tables that the source renamed; what both sides renamed differently is a conflict. */
function renamesOf(
  { file, base, source, identity, decide }: SchemaMerge,
  kept: Set<string>,
): { from: string; to: string }[] {
  return base.tables.flatMap((table) => {
    const [there, here] = [identity.table(source, table), identity.table(file.epoch, table)];
    if (!there || !here || kept.has(here.uid) || there.name === table.name || there.name === here.name) return [];
    if (here.name === table.name) return [{ from: here.name, to: there.name }];
    const decision = decide(table.name);
    if (decision === null) {
      throw new SchemaConflict(table.name, `it is now ${there.name} on the source and ${here.name} on the target`);
    }
    if (decision === "source") throw onlyTarget(table.name);
    kept.add(here.uid);
    return [];
  });
}

/** Makes a table that the source has; false where the target has made the same. */
function addHere({ file, source, identity }: SchemaMerge, table: TableDef, scn: number): boolean {
  const named = findTable(file.epoch, table.name);
  if (named) {
    if (withoutStyle(named.sql) !== withoutStyle(table.sql)) {
      throw new SchemaConflict(table.name, "both sides created a table of this name, differently");
    }
    identity.joinTables(named, table);
    return false;
  }
  attempt(table.name, () =>
    changeSchema(
      file,
      scn,
      undefined,
      () => {
        retireAside(file, table.uid);
        file.db.exec(table.sql);
      },
      (name) => findTable(source, name),
    ),
  );
  return true;
}
