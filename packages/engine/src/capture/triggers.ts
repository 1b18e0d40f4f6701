import type { Connection } from "../file/connection.js";
import type { TableDef } from "../schema/model.js";
import { ident, literal } from "../sql/names.js";
import { imagedColumns, imageName, logKey, logName, rowKey, UNSETTLED } from "./log.js";

/**
 * TEMP table with the SCN of the current commit, and whether the statement may displace rows. Its column names are
 * unlikely in a user's table.
 */
export const CURRENT_SCN = "_helios_current";
/** TEMP table with the high-water mark of each hooked table, by a slot number. */
export const MARKS = "_helios_hwm";

export function createTempTables(db: Connection): void {
  db.exec(`
    CREATE TEMP TABLE ${CURRENT_SCN} (_helios_scn INTEGER NOT NULL, _helios_replaces INTEGER NOT NULL);
    INSERT INTO ${CURRENT_SCN} VALUES (0, 0);
    -- Inserts into a table without rowids leave last_insert_rowid() as it is.
    CREATE TEMP TABLE ${MARKS} (t INTEGER PRIMARY KEY, m INTEGER NOT NULL) WITHOUT ROWID;
  `);
}

/** In a log whose first image of a row stays: but a row that is written now is no longer one that may be displaced. */
const KEEP_FIRST = `ON CONFLICT DO UPDATE SET p = 1 WHERE p = ${UNSETTLED}`;

/**
 * The TEMP triggers that log the changes of a statement. They fire before the user's own AFTER triggers. The conflict
 * clause is ON CONFLICT and never OR IGNORE, which the caller's own conflict clause would override.
 */
export function captureTriggers(table: TableDef, slot: number): string[] {
  const on = `ON main.${ident(table.name)}`;
  const name = (part: string) => `"_helios_${part}_${table.uid}"`;
  const mark = `(SELECT m FROM ${MARKS} WHERE t = ${slot})`;
  const [newKey, oldKey] = [rowKey(table, "new."), rowKey(table, "old.")];
  if (table.withoutRowid) {
    return [
      `CREATE TEMP TRIGGER ${name("insert")} AFTER INSERT ${on} BEGIN ${absent(table, newKey)}; END`,
      `CREATE TEMP TRIGGER ${name("update")} AFTER UPDATE ${on} BEGIN ${image(table, "old.")}; END`,
      `CREATE TEMP TRIGGER ${name("move")} AFTER UPDATE ${on} WHEN ${differs(table, newKey, oldKey)}
         BEGIN ${absent(table, newKey)}; END`,
      `CREATE TEMP TRIGGER ${name("delete")} AFTER DELETE ${on} BEGIN ${image(table, "old.")}; END`,
    ];
  }
  return [
    `CREATE TEMP TRIGGER ${name("insert")} AFTER INSERT ${on} WHEN ${newKey[0]} <= ${mark}
       BEGIN ${absent(table, newKey)}; END`,
    `CREATE TEMP TRIGGER ${name("update")} AFTER UPDATE ${on} WHEN ${oldKey[0]} <= ${mark}
       BEGIN ${image(table, "old.")}; END`,
    `CREATE TEMP TRIGGER ${name("move")} AFTER UPDATE ${on}
       WHEN ${newKey[0]} IS NOT ${oldKey[0]} AND ${newKey[0]} <= ${mark} BEGIN ${absent(table, newKey)}; END`,
    `CREATE TEMP TRIGGER ${name("delete")} AFTER DELETE ${on} WHEN ${oldKey[0]} <= ${mark}
       BEGIN ${image(table, "old.")}; END`,
  ];
}

/**
 * REPLACE deletes rows without firing delete triggers. Before each row is inserted, these triggers log every row equal
 * to it on the rowid or on a unique key: one INSERT for each key, because an OR of them would scan. Where the values of
 * a key are not known before the row is inserted, that is every row. Rows that stay would then look written: the row may
 * be ignored after all, or the index may leave the other one out. So these images are unsettled until the commit ends.
 * The triggers are switched on only for statements that replace.
 */
export function replaceTriggers(db: Connection, table: TableDef, slot: number): string[] {
  const matches = uniqueMatches(db, table);
  const inserts = matches.map((where) => {
    const mark = table.withoutRowid
      ? ""
      : `${rowKey(table, "_helios_t.")[0]} <= (SELECT m FROM ${MARKS} WHERE t = ${slot}) AND`;
    const from = `, main.${ident(table.name)} AS _helios_t WHERE ${mark} (${where})`;
    return image(table, "_helios_t.", { from, present: UNSETTLED, again: "ON CONFLICT DO NOTHING" });
  });
  if (inserts.length === 0) return [];
  return ["INSERT", "UPDATE"].map(
    (event) =>
      `CREATE TEMP TRIGGER "_helios_replace_${event.toLowerCase()}_${table.uid}" BEFORE ${event} ON main.${ident(table.name)}
       WHEN (SELECT _helios_replaces FROM ${CURRENT_SCN}) BEGIN ${inserts.join("; ")}; END`,
  );
}

/** A statement that logs all rows that existed when the commit began; without a slot, all that exist now. */
export function imageAllRows(table: TableDef, slot: number | null): string {
  const mark =
    table.withoutRowid || slot === null
      ? "true"
      : `${rowKey(table, "_helios_t.")[0]} <= (SELECT m FROM temp.${MARKS} WHERE t = ${slot})`;
  return image(table, "_helios_t.", { from: `, main.${ident(table.name)} AS _helios_t WHERE ${mark}` });
}

function absent(table: TableDef, key: string[]): string {
  return `INSERT INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p)
    SELECT _helios_scn, ${key.join(", ")}, 0 FROM ${CURRENT_SCN} WHERE true ${KEEP_FIRST}`;
}

function image(
  table: TableDef,
  qualifier: string,
  { from = " WHERE true", present = 1, again = KEEP_FIRST } = {},
): string {
  const columns = imagedColumns(table);
  const names = columns.map((column) => `, ${imageName(column)}`).join("");
  const values = columns.map((column) => `, ${qualifier}${ident(column.name)}`).join("");
  return `INSERT INTO ${logName(table)} (scn, ${logKey(table).join(", ")}, p${names})
    SELECT _helios_scn, ${rowKey(table, qualifier).join(", ")}, ${present}${values} FROM ${CURRENT_SCN}${from} ${again}`;
}

/** Keys that differ in how they are stored or compared: "a" and "A" are one key of a NOCASE table, but two images. */
function differs(table: TableDef, a: string[], b: string[]): string {
  return a.map((key, i) => `${key} IS NOT ${b[i]} COLLATE ${table.collations[i]}`).join(" OR ");
}

/** Any row may be displaced. */
const ANY = "true";

/** For each way in which a new row can displace an old one, the condition on the old row. */
function uniqueMatches(db: Connection, table: TableDef): string[] {
  const matches = table.withoutRowid ? [] : [`${rowKey(table, "_helios_t.")[0]} = ${rowKey(table, "new.")[0]}`];
  const indexes = db
    .prepare(`SELECT name, partial, origin FROM pragma_index_list(${literal(table.name)}, 'main') WHERE "unique" = 1`)
    .all() as { name: string; partial: number; origin: string }[];
  for (const index of indexes) {
    const parts = db
      .prepare(
        `SELECT name, coll, cid FROM pragma_index_xinfo(${literal(index.name)}, 'main') WHERE key = 1 ORDER BY seqno`,
      )
      .all() as { name: string | null; coll: string; cid: number }[];
    const columns = parts.map((part) => table.columns.find((column) => column.name === part.name));
    if (columns.some((column) => column === undefined || column.generated)) {
      // The value of the new row's expression is not known before it is stored, so every row may be displaced.
      matches.push(ANY);
      continue;
    }
    matches.push(
      columns
        .map((column, i) => {
          const value =
            column!.defaultSql === null
              ? `new.${ident(column!.name)}`
              : `coalesce(new.${ident(column!.name)}, ${column!.defaultSql})`;
          return `_helios_t.${ident(column!.name)} = ${value} COLLATE ${parts[i]!.coll}`;
        })
        .join(" AND "),
    );
  }
  return matches;
}
