import Database from "better-sqlite3";
import type { Plain } from "../definitions/schema.js";
import { bindable, type Exact, exactSql, placeholderOf } from "../support/exact.js";
import { type Column, type Schema, stored, type Table } from "./schema.js";

/** Values of one row by column. */
export type Row = ReadonlyMap<number, Exact>;

/** A schema with the rows that a database holds in it. */
export interface State {
  readonly schema: Schema;
  /** By table. */
  readonly rows: ReadonlyMap<number, readonly Row[]>;
}

export function stateOf(db: Plain, schema: Schema): State {
  return { schema, rows: new Map(schema.tables.map((table) => [table.id, rowsIn(db, table)])) };
}

function rowsIn(db: Plain, table: Table): Row[] {
  const columns = stored(table);
  const list = columns.map(({ name }) => exactSql(name)).join(", ");
  const rows = db.prepare(`SELECT ${list} FROM ${table.name}`).raw().all() as Exact[][];
  return rows.map((row) => new Map(columns.map(({ id }, i) => [id, row[i]!])));
}

export function insertRows(db: Plain, table: Table, rows: readonly Row[]): void {
  const columns = stored(table);
  const names = columns.map(({ name }) => name).join(", ");
  for (const row of rows) {
    const values = columns.map(({ id }) => row.get(id)!);
    db.prepare(`INSERT INTO ${table.name} (${names}) VALUES (${values.map(placeholderOf).join(", ")})`).run(
      values.map(bindable),
    );
  }
}

const scratch = new Database(":memory:");
const known = new Map<string, Exact>();

/** A value as a column of a type stores it. */
export function converted(value: Exact, type: string): Exact {
  const key = `${type} ${value}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  scratch.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (v ${type})`);
  scratch.prepare(`INSERT INTO t VALUES (${placeholderOf(value)})`).run(bindable(value));
  const is = scratch
    .prepare(`SELECT ${exactSql("v")} FROM t`)
    .pluck()
    .get() as Exact;
  known.set(key, is);
  return is;
}

/** What rows have in a column that came after them. */
export function initialOf({ initial, type }: Column): Exact {
  scratch.exec(`DROP TABLE IF EXISTS t; CREATE TABLE t (v ${type}); INSERT INTO t VALUES (${initial})`);
  return scratch
    .prepare(`SELECT ${exactSql("v")} FROM t`)
    .pluck()
    .get() as Exact;
}
