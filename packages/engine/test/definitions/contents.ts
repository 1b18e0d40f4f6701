import type { PointInTime } from "@heliosdb/port";
import { HeliosError } from "@heliosdb/port";
import type { TestDatabase } from "../support/test-database.js";
import { entriesOf, type Plain, quoted, tablesOf } from "./schema.js";

/** Rows of a table as texts, in an order that depends on nothing else; columns by name. */
export interface TableContents {
  readonly columns: readonly string[];
  readonly rows: readonly string[];
}

/** Everything that a state holds: tables by name, and what each view shows. */
export type Contents = Readonly<Record<string, TableContents | string>>;

function rowsSql(table: string, columns: readonly string[]): string {
  return `SELECT ${columns.map((column) => `quote(${quoted(column)})`).join(", ")} FROM ${quoted(table)}`;
}

function sorted(rows: readonly (readonly unknown[])[]): string[] {
  return rows.map((row) => row.join(" | ")).sort();
}

export function contentsOfPlain(db: Plain): Contents {
  const found: Record<string, TableContents | string> = {};
  for (const { name, columns } of tablesOf(db)) {
    const names = columns.map((column) => column.name).sort();
    found[name] = { columns: names, rows: sorted(db.prepare(rowsSql(name, names)).raw().all() as unknown[][]) };
  }
  for (const { type, name } of entriesOf(db)) {
    if (type !== "table") found[`${type} ${name}`] = type === "view" ? shownBy(db, name) : "";
  }
  return found;
}

function shownBy(db: Plain, view: string): string {
  try {
    const names = db.prepare(`SELECT * FROM ${quoted(view)}`).columns();
    const columns = names.map(({ name }) => name).sort();
    return shown(columns, db.prepare(rowsSql(view, columns)).raw().all() as unknown[][]);
  } catch {
    return "can't be read";
  }
}

function shown(columns: readonly string[], rows: readonly (readonly unknown[])[]): string {
  return `${columns.join(" | ")}: ${sorted(rows).join(", ")}`;
}

/** The same of a branch, through the reader; what it lists as the number of rows must be right. */
export function contentsOfBranch(db: TestDatabase, branch: string, at?: PointInTime): Contents {
  const found: Record<string, TableContents | string> = {};
  for (const { name, columns, rowCount } of db.read({ op: "listTables", request: { branch, at } })) {
    const names = columns.map((column) => column.name).sort();
    const rows = sorted(db.rows(branch, rowsSql(name, names), at) as unknown[][]);
    if (rowCount !== rows.length) throw new Error(`${branch}: ${name} has ${rows.length} rows, listed as ${rowCount}`);
    found[name] = { columns: names, rows };
  }
  const objects = "SELECT type, name FROM sqlite_schema WHERE type <> 'table' AND sql IS NOT NULL";
  for (const [type, name] of db.rows(branch, objects, at) as [string, string][]) {
    found[`${type} ${name}`] = type === "view" ? shownByBranch(db, branch, name, at) : "";
  }
  return found;
}

function shownByBranch(db: TestDatabase, branch: string, view: string, at?: PointInTime): string {
  try {
    const columns = [...db.query(branch, `SELECT * FROM ${quoted(view)} LIMIT 0`, at).columns].sort();
    return shown(columns, db.rows(branch, rowsSql(view, columns), at) as unknown[][]);
  } catch (error) {
    if (error instanceof HeliosError) return "can't be read";
    throw error;
  }
}
