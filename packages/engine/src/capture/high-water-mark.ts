import { type Connection, prepared } from "../file/connection.js";
import type { TableDef } from "../schema/model.js";

/** A table's high-water mark at an SCN: rowids above it did not exist then. Null if none did. */
export function markAt(db: Connection, { uid }: TableDef, scn: number): bigint | null {
  const sql = "SELECT mark FROM main._helios_marks WHERE uid = ? AND scn <= ? ORDER BY scn DESC LIMIT 1";
  return (prepared(db, sql, "exact").get(uid, scn) as bigint | null | undefined) ?? null;
}
