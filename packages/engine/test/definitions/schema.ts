import type Database from "better-sqlite3";

export type Plain = Database.Database;

export interface Column {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly hasDefault: boolean;
  readonly key: number;
  readonly generated: boolean;
}

export interface Table {
  readonly name: string;
  readonly sql: string;
  readonly columns: readonly Column[];
}

export interface SchemaEntry {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly table: string;
  readonly sql: string;
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** The user's part of the schema, of a plain file or of a branch's. */
export function entriesOf(db: Plain): SchemaEntry[] {
  const query = `SELECT type, name, tbl_name AS "table", sql FROM main.sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid`;
  return (db.prepare(query).all() as SchemaEntry[]).filter(
    ({ name, table }) => !/^(sqlite|_helios)_/i.test(name) && !/^_helios_/i.test(table),
  );
}

export function tablesOf(db: Plain): Table[] {
  return entriesOf(db)
    .filter(({ type }) => type === "table")
    .map(({ name, sql }) => ({ name, sql, columns: columnsOf(db, name) }));
}

export function columnsOf(db: Plain, table: string): Column[] {
  const rows = db.prepare("SELECT * FROM pragma_table_xinfo(?, 'main')").all(table) as {
    name: string;
    type: string;
    notnull: number;
    dflt_value: string | null;
    pk: number;
    hidden: number;
  }[];
  return rows.map(({ name, type, notnull, dflt_value, pk, hidden }) => ({
    name,
    type,
    notNull: notnull === 1,
    hasDefault: dflt_value !== null,
    key: pk,
    generated: hidden > 1,
  }));
}

/** Columns that a statement can write. */
export function writable(table: Table): readonly Column[] {
  return table.columns.filter(({ generated }) => !generated);
}
