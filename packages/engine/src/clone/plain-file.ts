import type { Connection } from "../file/connection.js";
import { ident } from "../sql/names.js";

/**
 * Turns a rewound clone into a plain SQLite file, without the engine's tables and without the free pages that still
 * have their content.
 */
export function becomePlain(db: Connection): void {
  db.pragma("foreign_keys = OFF");
  const names = db
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE '\\_helios\\_%' ESCAPE '\\'")
    .pluck()
    .all() as string[];
  db.transaction(() => {
    for (const name of names) db.exec(`DROP TABLE ${ident(name)}`);
  })();
  db.exec("VACUUM");
}
