import { rowKey } from "../capture/log.js";
import type { Connection } from "../file/connection.js";
import { affinityOf } from "../schema/affinity.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { isSameKind } from "../schema/same-traits.js";
import { foldName, ident, sameName } from "../sql/names.js";
import { keyIn, type OldRows, sameValueSql, valueIn } from "./replaced-rows.js";
import { hasSameRows, type Replacement } from "./same-rows.js";

export interface Renamed {
  readonly from: string;
  readonly to: string;
}

/**
 * Whether rows of a table can be matched with rows of the earlier one: both have the same key, or none, and the new one
 * keeps some other column of the old one. Otherwise the name has been given to something else.
 */
export function isContinuation(old: TableDef, now: TableDef, renamed: readonly Renamed[]): boolean {
  const nameNow = (name: string) => renamed.find(({ from }) => sameName(from, name))?.to ?? name;
  const values = storedColumns(old).filter(({ key }) => key === 0);
  const goesOn = ({ name }: ColumnDef) => now.columns.some((column) => sameName(column.name, nameNow(name)));
  return (
    (values.length === 0 || values.some(goesOn)) &&
    old.withoutRowid === now.withoutRowid &&
    (old.rowidColumn === null) === (now.rowidColumn === null) &&
    old.primaryKey.length === now.primaryKey.length &&
    old.primaryKey.every((column, i) => sameName(nameNow(column), now.primaryKey[i]!)) &&
    (!old.withoutRowid || hasSameKeyTypes(old, now)) &&
    old.collations.length === now.collations.length &&
    old.collations.every((collation, i) => sameName(collation, now.collations[i]!))
  );
}

/** If the key is also the row's place in the log, 1 and '1' are two places. */
function hasSameKeyTypes(a: TableDef, b: TableDef): boolean {
  const types = (table: TableDef) =>
    table.primaryKey.map((name) => affinityOf(table.columns.find((column) => column.name === name)!.declaredType));
  return types(a).join() === types(b).join();
}

/**
 * The old definition with only those columns that the new one continues; a generated column with a changed expression
 * is another column.
 */
export function carriedOver(old: TableDef, now: TableDef, renamed: readonly Renamed[]): TableDef {
  const columns = old.columns.filter((column) => {
    const name = renamed.find(({ from }) => from === column.name)?.to ?? column.name;
    const there = now.columns.find((each) => sameName(each.name, name));
    return !there || isSameKind(old, column, now, there);
  });
  return { ...old, columns };
}

/**
 * Columns that continue under another name: one is gone, and one with all its values is new. If several match, or there
 * are no rows to compare, none counts as renamed. `place` is the new table, as SQL.
 */
export function renamedByValue(
  db: Connection,
  old: TableDef,
  rows: OldRows,
  now: TableDef,
  place = `main.${ident(now.name)}`,
): Renamed[] {
  const has = (table: TableDef, name: string) => table.columns.some((column) => sameName(column.name, name));
  const lost = storedColumns(old).filter(({ name }) => !has(now, name));
  const gained = storedColumns(now).filter(({ name }) => !has(old, name));
  const replacement = { db, old, rows, now, place };
  const pairs = lost.flatMap((from) =>
    gained.filter((to) => wentOn(replacement, from, to)).map((to) => ({ from: from.name, to: to.name })),
  );
  const times = (pick: (pair: Renamed) => string, name: string) => pairs.filter((pair) => pick(pair) === name).length;
  return pairs.filter(({ from, to }) => times((pair) => pair.from, from) === 1 && times((pair) => pair.to, to) === 1);
}

function wentOn(replacement: Replacement, from: ColumnDef, to: ColumnDef): boolean {
  const { db, old, rows, now, place } = replacement;
  if (old.withoutRowid !== now.withoutRowid || (from.name === old.rowidColumn) !== (to.name === now.rowidColumn)) {
    return false;
  }
  if (from.name === old.rowidColumn) return true;
  // Rows are matched by rowid first, even if the key was renamed. In a WITHOUT ROWID table, the renamed key columns would
  // have to be known before.
  if (old.withoutRowid && from.key > 0) return false;
  const [oldKey, newKey] = [keyIn(old, rows), rowKey(now, "n.")];
  // Without the same number of columns, keys can't be matched.
  if (oldKey.length !== newKey.length) return false;
  const joined = oldKey.map((key, i) => `${key} = ${newKey[i]}`);
  const shared = `FROM ${rows.from} AS o JOIN ${place} AS n ON ${joined.join(" AND ")}`;
  const [was, is] = [valueIn(old, rows, from), `n.${ident(to.name)}`];
  const finds = (source: string, condition: string) =>
    db.prepare(`SELECT 1 ${source} WHERE ${condition} LIMIT 1`).get() !== undefined;
  if (finds(shared, `${is} IS NOT NULL`) && !finds(shared, `NOT ${sameValueSql(was, is)}`)) return true;
  // A copy numbers rows anew where the number is no column.
  const isNumberedAnew = !old.withoutRowid && old.rowidColumn === null;
  return isNumberedAnew && finds(`FROM ${place} AS n`, `${is} IS NOT NULL`) && hasSameRows(replacement, from, to);
}

/**
 * For new NOT NULL columns without a default: the one value that all rows were given, as SQL. `place` is the new table,
 * as SQL.
 */
export function fillsOf(
  db: Connection,
  old: TableDef,
  now: TableDef,
  place = `main.${ident(now.name)}`,
): Map<string, string> {
  const came = storedColumns(now).filter(
    (column) =>
      column.notNull &&
      column.defaultSql === null &&
      column.key === 0 &&
      !old.columns.some(({ name }) => sameName(name, column.name)),
  );
  return new Map(
    came.flatMap((column): [string, string][] => {
      const values = db
        .prepare(`SELECT DISTINCT quote(${ident(column.name)}) FROM ${place} LIMIT 2`)
        .pluck()
        .all() as string[];
      return values.length === 1 ? [[foldName(column.name), values[0]!]] : [];
    }),
  );
}
