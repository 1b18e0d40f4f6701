import { markAt } from "../capture/high-water-mark.js";
import { imagedColumns, imageName, logKey, logName, rowKey } from "../capture/log.js";
import type { Connection } from "../file/connection.js";
import { initialValue } from "../rows/column-default.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { readsThrough } from "../schema/same-traits.js";
import { ident, literal } from "../sql/names.js";
import { MIN_INT64 } from "../values/int64.js";
import type { SqliteValue } from "../values/sqlite-value.js";

/** The rows of a table that is being replaced: in a table, or in its log, as SQL to select them from. */
export interface OldRows {
  readonly kind: "table" | "log";
  readonly from: string;
}

/**
 * Logs the changes to the rows of `old` when `now` replaced it: an image of each row that was deleted or changed, and
 * "absent" for each that was inserted at or below the high-water mark. `rows` is null if there were none.
 */
export function logReplaced(db: Connection, scn: number, old: TableDef, rows: OldRows | null, now: TableDef): void {
  const log = `main.${logName(old)}`;
  const keys = logKey(old);
  const newKey = rowKey(now, "n.");
  const table = `main.${ident(now.name)} AS n`;
  const mark = markAt(db, old, scn - 1) ?? MIN_INT64;
  const upTo = (key: string) => (old.withoutRowid ? "true" : `${key} <= ${mark}`);
  const came = rows?.kind === "table" ? `AND NOT EXISTS (${find(old, rows, newKey)})` : "";
  const absent = `INSERT INTO ${log} (scn, ${keys.join(", ")}, p) SELECT ${scn}, ${newKey.join(", ")}, 0
    FROM ${table} WHERE ${upTo(newKey[0]!)} ${came} ON CONFLICT DO NOTHING`;
  db.exec(absent);
  if (!rows) return;
  const oldKey = keyIn(old, rows);
  const joined = newKey.map((key, i) => `${key} = ${oldKey[i]}${collation(old, i)}`).join(" AND ");
  const stays = `EXISTS (SELECT 1 FROM ${table} WHERE ${joined} AND ${sameRow(old, rows, now)})`;
  if (rows.kind === "log") {
    db.exec(`DELETE FROM ${log} AS o WHERE scn = ${scn} AND p AND ${stays}`);
    return;
  }
  const images = imagedColumns(old);
  const names = images.map((column) => `, ${imageName(column)}`).join("");
  const values = images.map((column) => `, o.${ident(column.name)}`).join("");
  db.exec(
    `INSERT INTO ${log} (scn, ${keys.join(", ")}, p${names}) SELECT ${scn}, ${oldKey.join(", ")}, 1${values}
     FROM ${rows.from} AS o WHERE ${upTo(oldKey[0]!)} AND NOT ${stays} ON CONFLICT DO NOTHING`,
  );
}

/** Key of an old row, as SQL over `o`. */
export function keyIn(old: TableDef, { kind }: Pick<OldRows, "kind">): string[] {
  return kind === "table" ? rowKey(old, "o.") : logKey(old).map((key) => `o.${key}`);
}

/** An old row's value in a column, as SQL over `o`. */
export function valueIn(old: TableDef, { kind }: Pick<OldRows, "kind">, column: ColumnDef): string {
  if (column.name === old.rowidColumn) return keyIn(old, { kind })[0]!;
  return kind === "table" ? `o.${ident(column.name)}` : `o.${imageName(column)}`;
}

/** SQL that is true for two values that have the same type and are equal to the last bit. */
export function sameValueSql(a: string, b: string): string {
  return `(${a} IS ${b} COLLATE BINARY AND typeof(${a}) = typeof(${b}))`;
}

function find(old: TableDef, rows: OldRows, key: readonly string[]): string {
  const same = keyIn(old, rows).map((each, i) => `${each} = ${key[i]}${collation(old, i)}`);
  return `SELECT 1 FROM ${rows.from} AS o WHERE ${same.join(" AND ")}`;
}

/**
 * SQL that is true for an unchanged row; false for all rows if an old column is gone or reads differently now: then the
 * log must have them.
 */
function sameRow(old: TableDef, rows: OldRows, now: TableDef): string {
  if (!readsThrough(old, now)) return "false";
  const conditions = storedColumns(now).map((column) => {
    const was = old.columns.find(({ uid }) => uid === column.uid);
    const value = `n.${ident(column.name)}`;
    if (was) return sameValueSql(value, valueIn(old, rows, was));
    const initial = initialValue(column);
    return initial === undefined ? "false" : sameValueSql(value, valueLiteral(initial));
  });
  return conditions.length === 0 ? "true" : conditions.join(" AND ");
}

function valueLiteral(value: SqliteValue): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return literal(value);
  if (Buffer.isBuffer(value)) return `X'${value.toString("hex")}'`;
  if (typeof value === "bigint") return value === MIN_INT64 ? `(-${-(value + 1n)} - 1)` : String(value);
  if (!Number.isFinite(value)) return value > 0 ? "9e999" : "-9e999";
  // Without a decimal point or an exponent it would be an integer.
  return /^-?\d+$/.test(String(value)) ? `${value}.0` : String(value);
}

function collation(table: TableDef, i: number): string {
  return table.withoutRowid ? ` COLLATE ${table.collations[i]}` : "";
}
