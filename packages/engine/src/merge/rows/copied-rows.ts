import { rowKey } from "../../capture/log.js";
import { isSqliteFailure } from "../../file/sqlite-error.js";
import { keyText, type Row } from "../../rows/values.js";
import { ident } from "../../sql/names.js";
import { ExactStatement } from "../../values/exact-statement.js";
import { constraintError } from "../schema/constraint.js";
import { columnsOf, type Rebuild } from "../schema/rebuild.js";
import type { TableSides } from "./sides.js";
import type { RowChange } from "./table-writer.js";

const CHANGED = "temp._helios_merged";

/** Fills a rebuilt table with the old table's rows that the merge neither changes nor removes. */
export function copyRows(
  sides: TableSides,
  rebuild: Rebuild,
  changes: readonly RowChange[],
  removed: readonly bigint[],
): void {
  const { db } = sides;
  const { old } = rebuild;
  const keys = rowKey(old);
  const names = keys.map((_, i) => `k${i}`);
  db.exec(`CREATE TABLE ${CHANGED} (${names.join(", ")}, PRIMARY KEY (${names.join(", ")})) WITHOUT ROWID`);
  try {
    const put = new ExactStatement(db, `INSERT OR IGNORE INTO ${CHANGED} VALUES (${names.map(() => "?").join(", ")})`);
    for (const { before, key, rowid } of changes) if (before) put.run(...(old.withoutRowid ? key : [rowid]));
    for (const rowid of removed) put.run(rowid);
    const same = keys.map((key, i) => {
      const collation = old.withoutRowid ? ` COLLATE ${old.collations[i]}` : "";
      return `c.k${i} = o.${key}${collation}`;
    });
    const where = `NOT EXISTS (SELECT 1 FROM ${CHANGED} AS c WHERE ${same.join(" AND ")})`;
    copy(sides, rebuild, where);
  } finally {
    db.exec(`DROP TABLE ${CHANGED}`);
  }
}

function copy(sides: TableSides, rebuild: Rebuild, where: string): void {
  const { db } = sides;
  const { old, table, physical } = rebuild;
  const given = columnsOf(rebuild).flatMap(({ column, was }, i): { name: string; value: string; bound: Row }[] => {
    if (was) return [{ name: ident(column.name), value: `o.${ident(was.name)}`, bound: [] }];
    return sides.defaults.mustGive(i) ? [{ name: ident(column.name), value: "?", bound: [sides.defaults.of(i)] }] : [];
  });
  const rowid =
    old.withoutRowid || old.rowidColumn !== null ? [] : [{ name: table.rowid, value: `o.${old.rowid}`, bound: [] }];
  const all = [...rowid, ...given];
  const sql = `INSERT OR ABORT INTO main.${physical} (${all.map(({ name }) => name).join(", ")})
    SELECT ${all.map(({ value }) => value).join(", ")} FROM main.${ident(old.name)} AS o WHERE ${where}`;
  const bound = all.flatMap((each) => each.bound);
  try {
    db.prepare(sql).run(bound);
  } catch (error) {
    if (!isSqliteFailure(error)) throw error;
    throw constraintError(error, table.name, firstRefused(sides, rebuild, sql, bound), physical);
  }
}

/** The key of the first row that the new table refuses, found by inserting row by row. */
function firstRefused({ db }: TableSides, { old, physical }: Rebuild, sql: string, bound: Row): string | null {
  db.exec(`DELETE FROM main.${physical}`);
  const keys = rowKey(old, "o.");
  const one = db.prepare(`${sql} AND ${keys.map((key) => `${key} IS ?`).join(" AND ")}`);
  const all = db
    .prepare(`SELECT ${keys.join(", ")} FROM main.${ident(old.name)} AS o`)
    .raw()
    .safeIntegers();
  for (const key of all.all() as Row[]) {
    try {
      one.run([...bound, ...key]);
    } catch {
      return keyText(key);
    }
  }
  return null;
}
