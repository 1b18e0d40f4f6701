import type { Connection } from "../file/connection.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { ident, sameName } from "../sql/names.js";
import { type OldRows, valueIn } from "./replaced-rows.js";

/** Columns of one SELECT that SQLite takes, of which each column of the tables needs two. */
const MOST_COLUMNS = 990;

/** A table that replaced another, with the rows of both. */
export interface Replacement {
  readonly db: Connection;
  readonly old: TableDef;
  readonly rows: OldRows;
  readonly now: TableDef;
  /** The new table, as SQL. */
  readonly place: string;
}

/** Whether the new table has the old one's rows, however they are numbered now, with the values of `from` in `to`. */
export function hasSameRows({ db, old, rows, now, place }: Replacement, from: ColumnDef, to: ColumnDef): boolean {
  const kept = storedColumns(old).flatMap((column) => {
    const there = storedColumns(now).find(({ name }) => sameName(name, column.name));
    return there ? [[column, there] as const] : [];
  });
  if (kept.length > MOST_COLUMNS) return false;
  const [oldRows, newRows] = [`FROM ${rows.from} AS o`, `FROM ${place} AS n`];
  const [was, is] = [valueIn(old, rows, from), `n.${ident(to.name)}`];
  // One look at each tells most columns apart. To compare the rows, both tables have to be sorted.
  if (!one(db, `(SELECT ${summary(was)} ${oldRows}) IS (SELECT ${summary(is)} ${newRows})`)) return false;
  const values = [...kept.map(([before, after]) => [valueIn(old, rows, before), `n.${ident(after.name)}`]), [was, is]];
  const groups = (side: 0 | 1, source: string) => {
    const columns = values.map((pair) => `typeof(${pair[side]}), ${pair[side]} COLLATE BINARY`);
    return `SELECT ${columns.join(", ")}, count(*) ${source} GROUP BY ${columns.join(", ")}`;
  };
  return one(db, `NOT EXISTS (${groups(0, oldRows)} EXCEPT ${groups(1, newRows)})`);
}

/** What is alike for equal values, in whatever order they are. */
function summary(value: string): string {
  const bounds = `min(${value} COLLATE BINARY), max(${value} COLLATE BINARY)`;
  return `count(*), count(${value}), total(octet_length(${value})), ${bounds}`;
}

function one(db: Connection, condition: string): boolean {
  return db.prepare(`SELECT ${condition}`).pluck().get() === 1;
}
