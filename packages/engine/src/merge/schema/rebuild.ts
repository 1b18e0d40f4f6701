import { HeliosError } from "@heliosdb/port";
import { ensureLog } from "../../capture/log.js";
import { isSqliteFailure } from "../../file/sqlite-error.js";
import { recordEpoch, tablesByRootPage, withUids } from "../../schema/epochs.js";
import { type FoundTable, findTableNamed } from "../../schema/introspect.js";
import { type ColumnDef, findTable, storedColumns, type TableDef } from "../../schema/model.js";
import { isSameKind } from "../../schema/same-traits.js";
import { raiseSequence, sequenceOf } from "../../schema/sequence.js";
import { printTable } from "../../schema/table-text.js";
import { ident, sameName } from "../../sql/names.js";
import type { BranchFile } from "../../write/branch-file.js";
import { renameAsItIs } from "../../write/ddl.js";
import { logReplaced } from "../../write/replaced-rows.js";
import { attempt, SchemaConflict } from "./conflict.js";
import { constraintError } from "./constraint.js";
import type { TableVersions } from "./table-changes.js";

/** A table of the target that is replaced by a new one, because ALTER TABLE can't make the change. */
export interface Rebuild {
  /** The table until then. */
  readonly old: TableDef;
  /** The table afterwards, under the same identity and name. */
  readonly table: TableDef;
  /** The name under which the new table is filled. */
  readonly physical: string;
  /** The source's table, whose columns pass their uids on. */
  readonly source: TableDef;
}

/**
 * Makes the new table, empty; it is filled when the merged rows are known. The old one already has the merged names.
 */
export function beginRebuild(file: BranchFile, versions: TableVersions, scn: number): Rebuild {
  const old = findTable(file.epoch, versions.name)!;
  const physical = `_helios_rebuilt_${old.uid}`;
  attempt(old.name, () => file.db.exec(printTable(`main.${physical}`, versions.merged)));
  const { source } = versions;
  const found = { ...findTableNamed(file.db, physical), name: old.name };
  const table = withUids(found, old.uid, change(scn, source), carried(old, found));
  return { old, table, physical, source };
}

/**
 * Puts the filled new table in the place of the old one, and logs the resulting changes to the rows. The target's
 * indexes on the table are made again. Foreign keys are off.
 */
export function finishRebuild(file: BranchFile, rebuild: Rebuild, scn: number): void {
  const { db } = file;
  const { old, table, physical, source } = rebuild;
  const indexes = file.epoch.objects.filter((object) => object.type === "index" && sameName(object.table, old.name));
  file.capture.reset();
  logReplaced(db, scn, old, { kind: "table", from: `main.${ident(old.name)}` }, { ...table, name: physical });
  const counter = old.autoincrement ? sequenceOf(db, old) : null;
  db.exec(`DROP TABLE main.${ident(old.name)}`);
  renameAsItIs(db, physical, old.name);
  for (const index of indexes) {
    try {
      db.exec(index.sql);
    } catch (error) {
      const refused = constraintError(error, old.name, null);
      if (refused instanceof HeliosError || !isSqliteFailure(error)) throw refused;
      throw new SchemaConflict(index.name, `this index of the target can't be rebuilt: ${error.message}`);
    }
  }
  const pages = tablesByRootPage(db, file.epoch);
  const page = [...pages].find(([, each]) => each.uid === old.uid)![0];
  pages.set(page, carried(old, table));
  const epoch = recordEpoch(db, { ...change(scn, source), before: pages, current: file.epoch });
  const made = epoch.tables.find(({ uid }) => uid === old.uid)!;
  ensureLog(db, made, file.logged(old.uid));
  if (made.autoincrement) raiseSequence(db, made, counter);
  file.adoptEpoch(epoch);
}

function change(scn: number, source: TableDef) {
  return { scn, inherit: () => source };
}

/** The old definition with only those columns that continue: the name of a dropped column may be reused for another. */
function carried(old: TableDef, next: Pick<FoundTable, "sql" | "columns">): TableDef {
  const columns = old.columns.filter((column) => {
    const now = next.columns.find(({ name }) => sameName(name, column.name));
    return now !== undefined && isSameKind(old, column, next, now);
  });
  return { ...old, columns };
}

/** The stored columns of the new table, each with the old column that it continues. */
export function columnsOf({
  old,
  table,
}: Rebuild): { readonly column: ColumnDef; readonly was: ColumnDef | undefined }[] {
  return storedColumns(table).map((column) => ({
    column,
    was: storedColumns(old).find(({ uid }) => uid === column.uid),
  }));
}
