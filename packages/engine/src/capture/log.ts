import type { Connection } from "../file/connection.js";
import { type ColumnDef, storedColumns, type TableDef } from "../schema/model.js";
import { ident } from "../sql/names.js";

/**
 * `p` of an old row that a statement looked like displacing. It is in a log only until its commit ends, see
 * `Capture.settle`.
 */
export const UNSETTLED = 2;

/**
 * The log of a table: for each key written in an SCN, the state before it, `p` = 1 with the old row or 0 for "absent".
 * The key is the rowid (`k`), or the primary key (`k0`, `k1`, …) of a WITHOUT ROWID table. Columns are named by uid, so
 * that renames need no change, and have no type, so that values stay as they were stored.
 */
export function logName(table: TableDef): string {
  return `_helios_log_${table.uid}`;
}

/** The name of a dropped table while its past can still be read. */
export function droppedName(table: TableDef): string {
  return `_helios_dropped_${table.uid}`;
}

export function imageName(column: ColumnDef): string {
  return `c${column.uid}`;
}

/** Key columns of the log. */
export function logKey(table: TableDef): string[] {
  return table.withoutRowid ? table.primaryKey.map((_, i) => `k${i}`) : ["k"];
}

/** The key of a row of the table itself, as SQL, with an optional qualifier such as `old.`. */
export function rowKey(table: TableDef, qualifier = ""): string[] {
  return table.withoutRowid
    ? table.primaryKey.map((column) => qualifier + ident(column))
    : [qualifier + (table.rowidColumn === null ? table.rowid : ident(table.rowidColumn))];
}

/** The columns whose values the log keeps: all stored ones except the one that is the rowid, since the key has it. */
export function imagedColumns(table: TableDef): ColumnDef[] {
  return storedColumns(table).filter((column) => column.name !== table.rowidColumn);
}

/** Creates the log, or adds the columns that the table has gained. */
export function ensureLog(db: Connection, table: TableDef, logged: readonly string[]): string[] {
  const wanted = imagedColumns(table).map((column) => column.uid);
  if (logged.length === 0) {
    const keys = table.withoutRowid
      ? logKey(table).map((key, i) => `${key} COLLATE ${table.collations[i]}`)
      : ["k INTEGER NOT NULL"];
    const images = wanted.map((uid) => `, c${uid}`).join("");
    db.exec(
      `CREATE TABLE main.${logName(table)} (scn INTEGER NOT NULL, ${keys.join(", ")}, p INTEGER NOT NULL${images},
       PRIMARY KEY (scn, ${logKey(table).join(", ")})) WITHOUT ROWID`,
    );
  } else {
    for (const uid of wanted) {
      if (!logged.includes(uid)) db.exec(`ALTER TABLE main.${logName(table)} ADD COLUMN c${uid}`);
    }
  }
  const all = [...new Set([...(logged.length === 0 ? ["-"] : logged), ...wanted])];
  db.prepare("UPDATE _helios_tables SET logged = ? WHERE uid = ?").run(all.join(","), table.uid);
  return all;
}
