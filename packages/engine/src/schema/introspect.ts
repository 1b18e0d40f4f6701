import { HeliosError } from "@heliosdb/port";
import { type Connection, prepared } from "../file/connection.js";
import { foldName, ident, isNotReserved, isReserved, literal } from "../sql/names.js";
import { isWord, tokenize } from "../sql/tokenize.js";
import type { ColumnDef, SchemaObject, TableDef } from "./model.js";

/** A table as found in the file, with columns that have no uid yet. */
export interface FoundTable extends Omit<TableDef, "uid" | "columns"> {
  readonly rootPage: number;
  readonly columns: readonly Omit<ColumnDef, "uid">[];
}

interface XInfo {
  name: string;
  type: string;
  notnull: number;
  dflt_value: string | null;
  pk: number;
  hidden: number;
}

/** A table as it stands in the file's schema: its definition is known by its text. */
export interface ListedTable {
  readonly name: string;
  readonly sql: string;
  readonly rootPage: number;
}

/** The user's tables in a file, in SQLite's own order. */
export function listTables(db: Connection): ListedTable[] {
  const rows = prepared(
    db,
    `SELECT name, sql, rootpage AS rootPage FROM main.sqlite_schema
     WHERE type = 'table' AND ${isNotReserved("name")} ORDER BY rowid`,
  ).all() as ListedTable[];
  return rows.filter((row) => isUserName(row.name));
}

/** The user's tables in a file, described. Throws TABLE_NOT_VERSIONED for one whose rows can't be told apart. */
export function findTables(db: Connection): FoundTable[] {
  return listTables(db).map((table) => describe(db, table));
}

/** One table by its name in the file, which may be one of the engine's. */
export function findTableNamed(db: Connection, name: string): FoundTable {
  const row = db
    .prepare("SELECT sql, rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = ?")
    .get(name) as {
    sql: string;
    rootpage: number;
  };
  return describe(db, { name, sql: row.sql, rootPage: row.rootpage });
}

/**
 * The user's indexes, views and triggers, in SQLite's own order. Automatic indexes have no definition and are left out.
 */
export function findObjects(db: Connection): SchemaObject[] {
  const rows = db
    .prepare(
      `SELECT type, name, tbl_name AS "table", sql FROM main.sqlite_schema
       WHERE type IN ('index', 'view', 'trigger') AND sql IS NOT NULL ORDER BY rowid`,
    )
    .all() as SchemaObject[];
  return rows.filter((row) => isUserName(row.name) && isUserName(row.table));
}

export function isUserName(name: string): boolean {
  return !isReserved(name) && !/^sqlite_/i.test(name);
}

/**
 * A listed table with its columns and key. Throws TABLE_NOT_VERSIONED if its rows can't be told apart, and SQL_NOT_ALLOWED
 * for names that can't be.
 */
export function describe(db: Connection, { name, sql, rootPage }: ListedTable): FoundTable {
  if (name === "") {
    // Where a file has no table any more, the record has this name for it.
    throw new HeliosError("SQL_NOT_ALLOWED", 'A table can\'t be called "". Choose a name of at least one character.');
  }
  const info = db.prepare(`SELECT * FROM pragma_table_xinfo(?, 'main')`).all(name) as XInfo[];
  const withoutRowid = hasOption(sql, "WITHOUT");
  const ours = info.find((column) => isReserved(column.name));
  if (ours) {
    throw new HeliosError(
      "SQL_NOT_ALLOWED",
      `Table "${name}" would have a column "${ours.name}": names that begin with _helios_ are reserved. Choose another name.`,
      { table: name, column: ours.name },
    );
  }
  const columns = info.map((column) => ({
    name: column.name,
    declaredType: column.type,
    notNull: column.notnull === 1,
    key: column.pk,
    generated: column.hidden === 2 || column.hidden === 3,
    defaultSql: column.dflt_value,
  }));
  const primaryKey = [...columns]
    .filter((column) => column.key > 0)
    .sort((a, b) => a.key - b.key)
    .map((column) => column.name);
  const rowid = withoutRowid ? "" : rowidName(columns);
  const rowidColumn = !withoutRowid && primaryKey.length === 1 ? aliasOfRowid(db, name, primaryKey[0]!) : null;
  if (rowid === "" && !withoutRowid && rowidColumn === null) {
    throw new HeliosError(
      "TABLE_NOT_VERSIONED",
      `Table "${name}" has columns called rowid, oid and _rowid_ and no INTEGER PRIMARY KEY, so its rows can't be told apart. Rename one of these columns.`,
      { table: name },
    );
  }
  return {
    name,
    sql,
    rootPage,
    withoutRowid,
    rowid: rowid === "" && rowidColumn !== null ? rowidColumn : rowid,
    rowidColumn,
    primaryKey,
    collations: rowidColumn === null ? keyCollations(db, name, primaryKey) : [],
    autoincrement: tokenize(sql).some((token) => isWord(token, "AUTOINCREMENT")),
    columns,
  };
}

/** The words after the closing parenthesis of the column list. */
function hasOption(sql: string, option: string): boolean {
  const tokens = tokenize(sql);
  const close = tokens.findLastIndex((token) => token.kind === "symbol" && token.value === ")");
  return tokens.slice(close + 1).some((token) => isWord(token, option));
}

function rowidName(columns: readonly { name: string }[]): string {
  const names = new Set(columns.map((column) => foldName(column.name)));
  return ["rowid", "oid", "_rowid_"].find((name) => !names.has(name)) ?? "";
}

/**
 * SQLite reads the alias of the rowid with a different instruction than a stored column, both from the table and from
 * an index that covers the query. So its program shows which it is.
 */
function aliasOfRowid(db: Connection, table: string, column: string): string | null {
  const program = db.prepare(`EXPLAIN SELECT ${ident(column)} FROM main.${ident(table)}`).all() as { opcode: string }[];
  return program.some((step) => step.opcode === "Rowid" || step.opcode === "IdxRowid") ? column : null;
}

function keyCollations(db: Connection, table: string, primaryKey: readonly string[]): string[] {
  if (primaryKey.length === 0) return [];
  const index = db
    .prepare(`SELECT name FROM pragma_index_list(${literal(table)}, 'main') WHERE origin = 'pk'`)
    .pluck()
    .get() as string | undefined;
  if (index === undefined) return primaryKey.map(() => "BINARY");
  const rows = db.prepare(`SELECT name, coll FROM pragma_index_xinfo(?, 'main') WHERE key = 1`).all(index) as {
    name: string;
    coll: string;
  }[];
  return primaryKey.map((column) => rows.find((row) => row.name === column)?.coll ?? "BINARY");
}
