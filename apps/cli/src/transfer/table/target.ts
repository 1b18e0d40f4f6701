import type { HeliosDBClient } from "@heliosdb/client";
import { UsageError } from "../../errors/exit-codes.js";
import { ident, literal, sameName } from "../values/sql-text.js";

export interface Column {
  readonly name: string;
  /** The declared type; empty for none. */
  readonly type: string;
  /** Part of the primary key. */
  readonly key: boolean;
  /** A new row can't be without it: NOT NULL, and nothing else gives it a value. */
  readonly required: boolean;
  /** SQLite computes it, so it can't be written. */
  readonly generated: boolean;
}

/** A table of a branch. */
export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

interface Info {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: number;
}

export interface Place {
  readonly branch: string;
  readonly asOf?: string;
}

/** Null if the branch has no table or view of that name. */
export async function readTable(client: HeliosDBClient, place: Place, name: string): Promise<Table | null> {
  const columns = `SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(${literal(name)})`;
  const { rows } = await client.sql.query<Info>(columns, place);
  if (rows.length === 0) return null;
  const keys = rows.filter(({ pk }) => pk > 0);
  const isRowid = keys.length === 1 && keys[0]!.type.toUpperCase() === "INTEGER";
  return {
    name: await ownName(client, place, name),
    columns: rows
      // Hidden columns of virtual tables.
      .filter(({ hidden }) => hidden !== 1)
      .map(({ name, type, notnull, dflt_value, pk, hidden }) => ({
        name,
        type,
        key: pk > 0,
        required: notnull === 1 && dflt_value === null && hidden === 0 && !(isRowid && pk > 0),
        generated: hidden > 1,
      })),
  };
}

/** The name as the table was created with, whatever the letters in which it was asked for. */
async function ownName(client: HeliosDBClient, place: Place, name: string): Promise<string> {
  const { rows } = await client.sql.query<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name = $1 COLLATE NOCASE",
    { ...place, params: [name] },
  );
  return rows[0]?.name ?? name;
}

export function namesOf(table: Table): string {
  return table.columns.map(({ name }) => name).join(", ");
}

export function columnNamed(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => sameName(column.name, name));
}

/** The statement that creates the table. */
export function createStatement({ name, columns }: Table): string {
  const keys = columns.filter(({ key }) => key);
  const rowid = keys.length === 1 && keys[0]!.type.toUpperCase() === "INTEGER" ? keys[0] : undefined;
  const lines = columns.map((column) => {
    const words = [ident(column.name), column.type];
    if (column === rowid) words.push("PRIMARY KEY");
    else if (column.key || column.required) words.push("NOT NULL");
    return words.filter((word) => word !== "").join(" ");
  });
  if (keys.length > 0 && !rowid) lines.push(`PRIMARY KEY (${keys.map((column) => ident(column.name)).join(", ")})`);
  return `CREATE TABLE ${ident(name)} (\n${lines.map((line) => `  ${line}`).join(",\n")}\n)`;
}

/** The same table with another primary key. */
export function withKey(table: Table, key: readonly string[]): Table {
  const missing = key.find((name) => !columnNamed(table, name));
  if (missing !== undefined) {
    throw new UsageError(`Invalid --primary-key: there is no column "${missing}". Expected one of ${namesOf(table)}.`);
  }
  return {
    ...table,
    columns: table.columns.map((column) => ({ ...column, key: key.some((name) => sameName(name, column.name)) })),
  };
}
