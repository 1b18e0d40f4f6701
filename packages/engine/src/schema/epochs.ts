import { type Connection, one, prepared } from "../file/connection.js";
import { isNotReserved, sameName } from "../sql/names.js";
import { describe, type FoundTable, findObjects, type ListedTable, listTables } from "./introspect.js";
import type { ColumnDef, Epoch, TableDef } from "./model.js";

/** A table that a file has or once had, with its current name in the file. */
export interface StoredTable {
  readonly def: TableDef;
  /** Empty if it is gone and its last rows are all in its log. */
  readonly physical: string;
  readonly created: number;
  readonly dropped: number | null;
  /** Uids of the columns that its log has; empty if it has no log yet. */
  readonly logged: readonly string[];
}

const EMPTY: Epoch = { scn: 0, tables: [], objects: [] };

/** The schema in force at an SCN; before the first one, an empty schema. */
export function epochAt(db: Connection, scn: number, schema = "main"): Epoch {
  const query = `SELECT scn, epoch FROM ${schema}._helios_schema WHERE scn <= ? ORDER BY scn DESC LIMIT 1`;
  const row = prepared(db, query).get(scn) as { scn: number; epoch: string } | undefined;
  return row ? { scn: row.scn, ...(JSON.parse(row.epoch) as Omit<Epoch, "scn">) } : EMPTY;
}

export function epochNow(db: Connection): Epoch {
  return epochAt(db, Number.MAX_SAFE_INTEGER);
}

/** Every table that a file has or once had, by uid. */
export function storedTables(db: Connection): Map<string, StoredTable> {
  const rows = prepared(db, STORED).all() as StoredRow[];
  return new Map(rows.map((row) => [row.uid, stored(row)]));
}

/** One of them. */
export function storedTable(db: Connection, uid: string): StoredTable | undefined {
  const row = prepared(db, `${STORED} WHERE uid = ?`).get(uid) as StoredRow | undefined;
  return row && stored(row);
}

/** Those that an epoch does not have. */
export function tablesOutside(db: Connection, { tables }: Epoch): StoredTable[] {
  const inside = new Set(tables.map(({ uid }) => uid));
  const uids = prepared(db, "SELECT uid FROM _helios_tables", "value").all() as string[];
  return uids.filter((uid) => !inside.has(uid)).map((uid) => storedTable(db, uid)!);
}

const STORED = "SELECT uid, physical, def, created, dropped, logged FROM _helios_tables";

interface StoredRow {
  uid: string;
  physical: string;
  def: string;
  created: number;
  dropped: number | null;
  logged: string;
}

function stored({ def, physical, created, dropped, logged }: StoredRow): StoredTable {
  return {
    def: JSON.parse(def) as TableDef,
    physical,
    created,
    dropped,
    logged: logged === "" ? [] : logged.split(","),
  };
}

/** `table` is a uid: other tables may have columns of these names. */
export interface RenamedColumn {
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

/**
 * How a schema change identifies tables and columns that continue: tables by root page, renamed columns by their old
 * and new names.
 */
export interface SchemaChange {
  readonly scn: number;
  /** Definition of each table by root page, as before the change; another one than the current where it takes over. */
  readonly before: ReadonlyMap<number, TableDef>;
  /** The epoch in force before the change, if any. */
  readonly current?: Epoch;
  readonly renamedColumns?: readonly RenamedColumn[];
  /** Definitions that another branch gave to tables and columns: a merge passes their uids on by name. */
  readonly inherit?: (table: string) => TableDef | undefined;
  /** Uids used by columns of earlier definitions, in addition to those of the previous one. */
  readonly taken?: ReadonlySet<string>;
  /** `fill` of columns added by this change, by table uid and column name. */
  readonly fill?: (table: string, column: string) => string | undefined;
}

/** Root page → definition of every live table, to recognise them after a change. */
export function tablesByRootPage(db: Connection, epoch: Epoch): Map<number, TableDef> {
  const rows = prepared(
    db,
    `SELECT name, rootpage FROM main.sqlite_schema WHERE type = 'table' AND ${isNotReserved("name")}`,
  ).all() as { name: string; rootpage: number }[];
  const pages = new Map(rows.map((row) => [row.name, row.rootpage]));
  return new Map(epoch.tables.map((table) => [pages.get(table.name)!, table]));
}

/**
 * Reads the schema after a change, and records it as the epoch that begins with `scn`. A table is the same if its root
 * page is; a column is the same if its name is, or if it was renamed.
 */
export function recordEpoch(db: Connection, change: SchemaChange): Epoch {
  // A batch may create tables in several statements of one commit.
  let made = one<number>(db, "SELECT count(*) FROM _helios_tables WHERE created = ?", change.scn) ?? 0;
  const unchanged = unchangedTables(change);
  const changed: TableDef[] = [];
  const tables = listTables(db).map((listed) => {
    const same = unchanged(listed);
    if (same) return same;
    const found = describe(db, listed);
    const known = change.before.get(found.rootPage);
    const heir = known ? undefined : change.inherit?.(found.name);
    const uid = known?.uid ?? heir?.uid ?? `${change.scn}_${made++}`;
    const table = withUids(found, uid, change, known ?? heir);
    changed.push(table);
    return table;
  });
  const epoch: Epoch = { scn: change.scn, tables, objects: findObjects(db) };
  db.prepare("INSERT OR REPLACE INTO _helios_schema (scn, epoch) VALUES (?, ?)").run(change.scn, epochText(epoch));
  const put = db.prepare(
    `INSERT INTO _helios_tables (uid, physical, def, created) VALUES (?, ?, ?, ?)
     ON CONFLICT (uid) DO UPDATE SET physical = excluded.physical, def = excluded.def, dropped = NULL`,
  );
  for (const table of changed) put.run(table.uid, table.name, textOf(table), change.scn);
  return epoch;
}

function epochText({ tables, objects }: Epoch): string {
  return `{"tables":[${tables.map(textOf).join(",")}],"objects":${JSON.stringify(objects)}}`;
}

/** The JSON of definitions, most of which are part of one epoch after another. */
const TEXTS = new WeakMap<TableDef, string>();

function textOf(table: TableDef): string {
  let text = TEXTS.get(table);
  if (text === undefined) {
    text = JSON.stringify(table);
    TEXTS.set(table, text);
  }
  return text;
}

/**
 * Finds what the change has left alone: a table of the epoch in force, on its page, by the same name and text. To describe
 * and record it again would give the same, and make a change of one table as slow as there are tables.
 */
function unchangedTables({ before, current }: SchemaChange): (listed: ListedTable) => TableDef | undefined {
  const inForce = new Set(current?.tables);
  return ({ name, sql, rootPage }) => {
    const table = before.get(rootPage);
    return table && table.name === name && table.sql === sql && inForce.has(table) ? table : undefined;
  };
}

/** A found table with the identity that the change gives it. */
export function withUids(
  found: FoundTable,
  uid: string,
  change: Omit<SchemaChange, "before" | "current">,
  known: TableDef | undefined,
): TableDef {
  // Several changes of one commit may add columns to one table.
  const taken = new Set([...(known?.columns ?? []).map((column) => column.uid), ...(change.taken ?? [])]);
  const { rootPage: _, columns, ...rest } = found;
  const withUid: ColumnDef[] = columns.map((column) => {
    const before = columnBefore(column.name, change, known);
    const fill = before ? fillAfter(before, column) : change.fill?.(uid, column.name);
    return {
      uid: before?.uid ?? freeUid(change.scn, taken),
      ...column,
      ...(fill === undefined ? {} : { fill }),
    };
  });
  return { uid, ...rest, columns: withUid };
}

/** Changing a default changes no row: existing rows keep the value that they got when the column was added. */
function fillAfter(before: ColumnDef, now: Omit<ColumnDef, "uid">): string | undefined {
  return before.fill ?? (before.defaultSql === now.defaultSql ? undefined : (before.defaultSql ?? "NULL"));
}

function freeUid(scn: number, taken: Set<string>): string {
  let made = 0;
  while (taken.has(`${scn}_${made}`)) made++;
  taken.add(`${scn}_${made}`);
  return `${scn}_${made}`;
}

function columnBefore(
  name: string,
  change: Omit<SchemaChange, "before" | "current">,
  known: TableDef | undefined,
): ColumnDef | undefined {
  const named = (wanted: string) => known?.columns.find((column) => sameName(column.name, wanted));
  const renamed = (change.renamedColumns ?? []).filter(({ table }) => table === known?.uid);
  const from = renamed.find(({ to }) => sameName(to, name));
  if (from) return named(from.from) ?? named(name);
  const movedAway = renamed.some((each) => sameName(each.from, name));
  const same = movedAway ? undefined : named(name);
  return same ?? change.inherit?.(known?.name ?? "")?.columns.find((column) => column.name === name);
}

/** SCN of the newest change to the schema. */
export function epochScn(db: Connection): number {
  return one<number>(db, "SELECT max(scn) FROM _helios_schema") ?? 0;
}
