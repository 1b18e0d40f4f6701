import type { Connection } from "../file/connection.js";
import type { TableDef } from "./model.js";

/**
 * AUTOINCREMENT must not reuse a key that was once in use: raises the table's counter to the highest known rowid. The
 * counter is never lowered. `known` is a rowid that the table has had, in addition to those that its marks show.
 */
export function raiseSequence(db: Connection, table: TableDef, known: bigint | string | null = null): void {
  const sequence = db.prepare("SELECT 1 FROM main.sqlite_sequence WHERE name = ?").get(table.name);
  if (!sequence) db.prepare("INSERT INTO main.sqlite_sequence (name, seq) VALUES (?, 0)").run(table.name);
  db.prepare(
    `UPDATE main.sqlite_sequence SET seq = max(seq, CAST(coalesce(?, 0) AS INTEGER),
       coalesce((SELECT max(mark) FROM main._helios_marks WHERE uid = ?), 0)) WHERE name = ?`,
  ).run(known, table.uid, table.name);
}

/** The counter of AUTOINCREMENT in a table; null if it has assigned no key yet. */
export function sequenceOf(db: Connection, { name }: TableDef): bigint | null {
  const sequence = db.prepare("SELECT seq FROM main.sqlite_sequence WHERE name = ?").pluck().safeIntegers();
  return (sequence.get(name) as bigint | undefined) ?? null;
}
