import type { TableDef } from "../schema/model.js";
import type { BranchFile } from "../write/branch-file.js";
import { constraint } from "./apply.js";

/** Checks the references from and to the merged tables; rows went in and out with enforcement off. */
export function checkForeignKeys(file: BranchFile, tables: readonly TableDef[]): void {
  const merged = new Set(tables.map((table) => table.name.toLowerCase()));
  for (const table of file.epoch.tables) {
    const parents = file.db
      .prepare(`SELECT DISTINCT "table" FROM pragma_foreign_key_list(?, 'main')`)
      .pluck()
      .all(table.name) as string[];
    if (parents.length === 0) continue;
    if (!merged.has(table.name.toLowerCase()) && !parents.some((parent) => merged.has(parent.toLowerCase()))) continue;
    const broken = file.db.prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?) LIMIT 1").get(table.name) as
      | { rowid: number | null; parent: string }
      | undefined;
    if (broken) {
      throw constraint(
        table.name,
        String(broken.rowid ?? "?"),
        `FOREIGN KEY constraint failed: no such row in ${broken.parent}`,
      );
    }
  }
}
