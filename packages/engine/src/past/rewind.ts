import { forgetTable } from "../capture/forget-table.js";
import { droppedName, logName } from "../capture/log.js";
import { type Connection, one } from "../file/connection.js";
import { epochAt, epochNow, type StoredTable, storedTables } from "../schema/epochs.js";
import type { Epoch, TableDef } from "../schema/model.js";
import { raiseSequence } from "../schema/sequence.js";
import { ident } from "../sql/names.js";
import { namesItself } from "../sql/own-name.js";
import { isWord, tokenize } from "../sql/tokenize.js";
import { createAs, ShadowTable } from "./shadow-table.js";

/**
 * Takes a branch file back to an SCN and cuts its history there, in one transaction. For files that nobody else has
 * open: a clone that is to become a branch or a copy.
 */
export function rewind(db: Connection, scn: number): void {
  const head = one<number>(db, "SELECT max(scn) FROM main._helios_commits") ?? 0;
  if (head > scn) {
    // Inside a transaction this would be silently ignored, and deleting a parent that is inserted again would cascade.
    db.pragma("foreign_keys = OFF");
    db.pragma("legacy_alter_table = ON");
    db.transaction(() => rewindRows(db, scn, head))();
    db.pragma("legacy_alter_table = OFF");
    db.pragma("foreign_keys = ON");
  }
}

function rewindRows(db: Connection, scn: number, head: number): void {
  const [then, now] = [epochAt(db, scn), epochNow(db)];
  const stored = storedTables(db);
  const sameSchema = then.scn === now.scn;
  const dropped = now.objects.filter((object) => !sameSchema || object.type === "trigger");
  for (const object of [...dropped].reverse()) db.exec(`DROP ${object.type} IF EXISTS main.${ident(object.name)}`);
  // Names may have been swapped since, so everything that must move gets a temporary name first.
  const dead = deadAt(db, scn, then, [...stored.values()]);
  const tables = [...then.tables, ...dead.map(({ table }) => table)];
  const moving = tables.filter((table) => !isInPlace(table, stored.get(table.uid)!.physical, now, then));
  const shadows = tables.map((table, i) => {
    const shadow = new ShadowTable(db, table, stored.get(table.uid)!, scn, [], `rewind_${i}`);
    shadow.gather(scn, head);
    return shadow;
  });
  for (const shadow of shadows) {
    if (moving.includes(shadow.def)) rebuild(db, shadow);
    else db.exec(shadow.restoreInPlace());
  }
  const kept = new Set(tables.filter((table) => !moving.includes(table)).map((table) => table.uid));
  for (const [uid, table] of stored) {
    const wasThere = tables.some((each) => each.uid === uid);
    const isBack = table.dropped === null || table.dropped > scn;
    if (table.physical !== "" && !kept.has(uid) && (wasThere || isBack || table.created > scn)) {
      db.exec(`DROP TABLE IF EXISTS main.${ident(table.physical)}`);
    }
    if (table.created > scn || (isBack && !wasThere)) forgetTable(db, table.def);
  }
  for (const table of moving) {
    if (!then.tables.includes(table) && isLogged(table)) {
      db.exec(`DROP TABLE main.${rebuilt(table)}`);
      continue;
    }
    const name = then.tables.includes(table) ? ident(table.name) : droppedName(table);
    // The legacy mode does not rename the table in its own constraints, and fails on them.
    db.pragma(`legacy_alter_table = ${namesItself(table.sql) ? "OFF" : "ON"}`);
    db.exec(`ALTER TABLE main.${rebuilt(table)} RENAME TO ${name}`);
  }
  keepTexts(
    db,
    moving.filter((table) => then.tables.includes(table)),
  );
  for (const shadow of shadows) {
    if (shadow.def.autoincrement && then.tables.includes(shadow.def)) raiseSequence(db, shadow.def, shadow.highest);
  }
  const again = then.objects.filter((object) => !sameSchema || object.type === "trigger");
  for (const object of again) db.exec(object.sql);
  cutHistory(
    db,
    scn,
    then,
    [...storedTables(db).values()].map((table) => table.def),
  );
  const put = db.prepare("UPDATE main._helios_tables SET physical = ?, def = ?, dropped = ? WHERE uid = ?");
  for (const { table, dropped } of dead) {
    put.run(isLogged(table) ? "" : droppedName(table), JSON.stringify(table), dropped, table.uid);
  }
}

/** A table with foreign keys leaves no tombstone when it is dropped: all its rows are in the log. */
function isLogged({ sql }: TableDef): boolean {
  return tokenize(sql).some((token) => isWord(token, "REFERENCES"));
}

/** A table that was dropped at the SCN and restored later, with the definition that it had when it was dropped. */
interface DeadTable {
  readonly table: TableDef;
  readonly dropped: number;
}

function deadAt(db: Connection, scn: number, then: Epoch, stored: readonly StoredTable[]): DeadTable[] {
  const back = stored.filter(
    ({ def, created, dropped }) =>
      created <= scn && (dropped === null || dropped > scn) && !then.tables.some((table) => table.uid === def.uid),
  );
  return back.flatMap(({ def }): DeadTable[] => {
    let dropped = then.scn;
    for (let epoch = epochAt(db, dropped - 1); epoch.scn > 0; epoch = epochAt(db, epoch.scn - 1)) {
      const table = epoch.tables.find((each) => each.uid === def.uid);
      if (table) return [{ table, dropped }];
      dropped = epoch.scn;
    }
    // Its earlier life is before the kept history and can't be read.
    return [];
  });
}

function isInPlace(table: TableDef, physical: string, now: Epoch, then: Epoch): boolean {
  if (!then.tables.includes(table)) return false;
  const current = now.tables.find((each) => each.uid === table.uid);
  return current !== undefined && physical === table.name && current.sql === table.sql;
}

function rebuilt(table: TableDef): string {
  return `_helios_rebuilt_${table.uid}`;
}

function rebuild(db: Connection, shadow: ShadowTable): void {
  const name = rebuilt(shadow.def);
  db.exec(createAs(shadow.def.sql, name).replace("CREATE TEMP TABLE", "CREATE TABLE"));
  db.exec(shadow.rebuildInto(name));
}

/** A rename writes the name in its own style; the schema must have the original text. */
function keepTexts(db: Connection, tables: readonly TableDef[]): void {
  if (tables.length === 0) return;
  db.unsafeMode();
  db.pragma("writable_schema = ON");
  const put = db.prepare("UPDATE main.sqlite_schema SET sql = ? WHERE type = 'table' AND name = ?");
  for (const table of tables) put.run(table.sql, table.name);
  db.pragma("writable_schema = OFF");
  db.unsafeMode(false);
}

function cutHistory(db: Connection, scn: number, then: Epoch, tables: readonly TableDef[]): void {
  for (const table of tables) db.prepare(`DELETE FROM main.${logName(table)} WHERE scn > ?`).run(scn);
  for (const name of ["commits", "schema", "marks", "touch"]) {
    db.prepare(`DELETE FROM main._helios_${name} WHERE scn > ?`).run(scn);
  }
  db.prepare("DELETE FROM main._helios_requests").run();
  const put = db.prepare("UPDATE main._helios_tables SET physical = ?, def = ?, dropped = NULL WHERE uid = ?");
  for (const table of then.tables) put.run(table.name, JSON.stringify(table), table.uid);
}
