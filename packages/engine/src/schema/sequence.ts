import type { Connection } from "../file/connection.js";
import type { TableDef } from "./model.js";

/**
 * AUTOINCREMENT must not give out again a key that was once in use: raises the table's counter to the highest rowid that
 * it is known to have had. The counter is never lowered. `known` is the table's high-water mark, where the caller has it.
 */
export function raiseSequence(db: Connection, table: TableDef, known?: string): void {
  const highest =
    known ?? db.prepare("SELECT max(mark) FROM main._helios_marks WHERE uid = ?").pluck().safeIntegers().get(table.uid);
  const sequence = db.prepare("SELECT 1 FROM main.sqlite_sequence WHERE name = ?").get(table.name);
  if (!sequence) db.prepare("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, 0)").run(table.name);
  db.prepare("UPDATE main.sqlite_sequence SET seq = max(seq, CAST(coalesce(?, 0) AS INTEGER)) WHERE name = ?").run(
    highest as bigint | string | null,
    table.name,
  );
}
