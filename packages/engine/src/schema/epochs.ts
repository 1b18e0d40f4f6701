import { type Connection, one, prepared } from "../file/connection.js";
import { sameName } from "../sql/names.js";
import { type FoundTable, findObjects, findTables } from "./introspect.js";
import type { ColumnDef, Epoch, TableDef } from "./model.js";

/** A table that a file holds or once held, with its name in the file now. */
export interface StoredTable {
  readonly def: TableDef;
  /** Empty where it is gone and its last rows are all in its log. */
  readonly physical: string;
  readonly created: number;
  readonly dropped: number | null;
  /** Uids of the columns that its log has; empty where it has no log yet. */
  readonly logged: readonly string[];
}

const EMPTY: Epoch = { scn: 0, tables: [], objects: [] };

/** The schema in force at an SCN; before the first one, an empty schema. */
export function epochAt(db: Connection, scn: number): Epoch {
  const row = prepared(db, "SELECT scn, epoch FROM _helios_schema WHERE scn <= ? ORDER BY scn DESC LIMIT 1").get(scn) as
    | { scn: number; epoch: string }
    | undefined;
  return row ? { scn: row.scn, ...(JSON.parse(row.epoch) as Omit<Epoch, "scn">) } : EMPTY;
}

export function epochNow(db: Connection): Epoch {
  return epochAt(db, Number.MAX_SAFE_INTEGER);
}

export function storedTables(db: Connection): Map<string, StoredTable> {
  const rows = prepared(db, "SELECT uid, physical, def, created, dropped, logged FROM _helios_tables").all() as {
    uid: string;
    physical: string;
    def: string;
    created: number;
    dropped: number | null;
    logged: string;
  }[];
  return new Map(
    rows.map((row) => [
      row.uid,
      {
        def: JSON.parse(row.def) as TableDef,
        physical: row.physical,
        created: row.created,
        dropped: row.dropped,
        logged: row.logged === "" ? [] : row.logged.split(","),
      },
    ]),
  );
}

/** How a schema change names what it kept: by place in the file, and what it renamed by its old and new name. */
export interface SchemaChange {
  readonly scn: number;
  /** uid of each table by root page, as it was before the change. */
  readonly before: ReadonlyMap<number, TableDef>;
  /** `table` is a uid: other tables may have columns of these names. */
  readonly renamedColumn?: { readonly table: string; readonly from: string; readonly to: string };
  /** Shapes that another branch gave to tables and columns: a merge hands the uids on with the names. */
  readonly inherit?: (table: string) => TableDef | undefined;
}

/** Root page → definition of every live table, to recognise them by after a change. */
export function tablesByRootPage(db: Connection, epoch: Epoch): Map<number, TableDef> {
  const rows = db.prepare("SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table'").all() as {
    name: string;
    rootpage: number;
  }[];
  const pages = new Map(rows.map((row) => [row.name, row.rootpage]));
  return new Map(epoch.tables.map((table) => [pages.get(table.name)!, table]));
}

/**
 * Reads the schema after a change and records it as the epoch that begins with `scn`. A table is the same table when
 * its root page is; a column is the same column when its name is, or when it was renamed.
 */
export function recordEpoch(db: Connection, change: SchemaChange): Epoch {
  // A batch may create tables in several statements of one commit.
  let made = one<number>(db, "SELECT count(*) FROM _helios_tables WHERE created = ?", change.scn) ?? 0;
  const tables = findTables(db).map((found) => {
    const known = change.before.get(found.rootPage);
    const heir = known ? undefined : change.inherit?.(found.name);
    const uid = known?.uid ?? heir?.uid ?? `${change.scn}_${made++}`;
    return withUids(found, uid, change, known ?? heir);
  });
  const epoch: Epoch = { scn: change.scn, tables, objects: findObjects(db) };
  db.prepare("INSERT OR REPLACE INTO _helios_schema (scn, epoch) VALUES (?, ?)").run(
    change.scn,
    JSON.stringify({ tables: epoch.tables, objects: epoch.objects }),
  );
  const put = db.prepare(
    `INSERT INTO _helios_tables (uid, physical, def, created) VALUES (?, ?, ?, ?)
     ON CONFLICT (uid) DO UPDATE SET physical = excluded.physical, def = excluded.def, dropped = NULL`,
  );
  for (const table of tables) put.run(table.uid, table.name, JSON.stringify(table), change.scn);
  return epoch;
}

function withUids(found: FoundTable, uid: string, change: SchemaChange, known: TableDef | undefined): TableDef {
  let made = 0;
  const { rootPage: _, columns, ...rest } = found;
  const withUid: ColumnDef[] = columns.map((column) => {
    const before = columnBefore(column.name, change, known);
    return { uid: before?.uid ?? `${change.scn}_${uniqueColumn(known, change.scn, made++)}`, ...column };
  });
  return { uid, ...rest, columns: withUid };
}

function columnBefore(name: string, change: SchemaChange, known: TableDef | undefined): ColumnDef | undefined {
  const same = (wanted: string) => known?.columns.find((column) => sameName(column.name, wanted));
  const renamed = change.renamedColumn?.table === known?.uid ? change.renamedColumn : undefined;
  if (renamed && sameName(renamed.to, name)) return same(renamed.from) ?? same(name);
  return same(name) ?? change.inherit?.(known?.name ?? "")?.columns.find((column) => column.name === name);
}

/** Several changes of one commit may add columns to one table: their numbers go on from those already given. */
function uniqueColumn(known: TableDef | undefined, scn: number, made: number): number {
  const given = known?.columns.filter((column) => column.uid.startsWith(`${scn}_`)).length ?? 0;
  return given + made;
}

/** SCN of the newest change to the schema. */
export function epochScn(db: Connection): number {
  return one<number>(db, "SELECT max(scn) FROM _helios_schema") ?? 0;
}
