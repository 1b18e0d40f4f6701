import type { Connection } from "../file/connection.js";
import type { TableDef } from "../schema/model.js";
import { logName } from "./log.js";

/**
 * Removes what the file records of a table whose past nobody can read any more. Nothing may stay: a restore can bring the
 * table back under the same identity, and would go on from what it finds.
 */
export function forgetTable(db: Connection, table: TableDef): void {
  db.exec(`DROP TABLE IF EXISTS main.${logName(table)}`);
  db.prepare("DELETE FROM main._helios_tables WHERE uid = ?").run(table.uid);
  db.prepare("DELETE FROM main._helios_marks WHERE uid = ?").run(table.uid);
}
