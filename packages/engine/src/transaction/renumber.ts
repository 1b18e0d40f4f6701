import { logName } from "../capture/log.js";
import { prepared } from "../file/connection.js";
import { storedTables } from "../schema/epochs.js";
import type { BranchFile } from "../write/branch-file.js";

/**
 * Moves all that a commit has logged so far from its provisional SCN to the one that it is given in the end. Without a
 * change to the schema, only the logs of the tables that it touched have entries of it.
 */
export function renumber(file: BranchFile, from: number, to: number, touched: ReadonlySet<string>): void {
  const { db, epoch } = file;
  const move = (table: string, column = "scn") =>
    db.prepare(`UPDATE main.${table} SET ${column} = ? WHERE ${column} = ?`).run(to, from);
  if (epoch.scn === from) {
    for (const { def, logged } of storedTables(db).values()) {
      if (logged.length === 0) continue;
      move(logName(def));
      prepared(db, "UPDATE main._helios_marks SET scn = ? WHERE uid = ? AND scn = ?").run(to, def.uid, from);
    }
    move("_helios_schema");
    move("_helios_tables", "created");
    move("_helios_tables", "dropped");
    file.epoch = { ...epoch, scn: to };
  } else {
    for (const table of epoch.tables) if (touched.has(table.uid)) move(logName(table));
  }
  file.capture.moveTo(to);
}
