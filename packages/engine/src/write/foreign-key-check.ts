import { HeliosError } from "@heliosdb/port";
import { type Connection, one, openForReading } from "../file/connection.js";
import { isSqliteFailure } from "../file/sqlite-error.js";
import type { Epoch } from "../schema/model.js";
import { foldName, sameName } from "../sql/names.js";
import type { BranchFile } from "./branch-file.js";

/** A row that refers to a missing row; without a parent if the parent table has no such key at all. */
export interface Violation {
  /** Its rowid; null in a WITHOUT ROWID table. */
  readonly rowid: bigint | null;
  readonly parent: string;
}

/**
 * A violation in a table that did not exist before the change, or null. Both states are checked, because an imported
 * file may have had violations already. `nameBefore` is null if the table did not exist before.
 */
export function newViolation(
  db: Connection,
  table: string,
  before: Connection,
  nameBefore: string | null,
): Violation | null {
  const now = violations(db, table);
  if (now.length === 0) return null;
  const left = new Map<string, number>();
  if (nameBefore !== null) {
    for (const each of violations(before, nameBefore)) left.set(textOf(each), (left.get(textOf(each)) ?? 0) + 1);
  }
  for (const each of now) {
    const times = left.get(textOf(each)) ?? 0;
    if (times === 0) return each;
    left.set(textOf(each), times - 1);
  }
  return null;
}

/**
 * Throws FOREIGN_KEY_VIOLATION if a batch that ran without enforcement broke a reference: in a table that it wrote, or
 * in one that refers to such a table; in any table, if it changed the schema.
 */
export function checkBatch(file: BranchFile, before: Epoch, touched: ReadonlySet<string>): void {
  const changed = file.epoch.scn !== before.scn;
  const written = new Set(file.epoch.tables.flatMap(({ uid, name }) => (touched.has(uid) ? [foldName(name)] : [])));
  const old = openForReading(file.path);
  try {
    for (const table of file.epoch.tables) {
      const parents = parentsOf(file.db, table.name);
      const concerned = changed || touched.has(table.uid) || parents.some((parent) => written.has(foldName(parent)));
      if (parents.length === 0 || !concerned) continue;
      const nameBefore = before.tables.find(({ uid }) => uid === table.uid)?.name;
      const named = before.tables.find(({ name }) => sameName(name, table.name))?.name;
      const found = newViolation(file.db, table.name, old, nameBefore ?? named ?? null);
      if (found) throw violationError(table.name, found);
    }
  } finally {
    old.close();
  }
}

function violationError(table: string, { rowid, parent }: Violation): HeliosError {
  const row = rowid === null ? "A row" : `The row with rowid ${rowid}`;
  return new HeliosError(
    "FOREIGN_KEY_VIOLATION",
    parent === ""
      ? `FOREIGN KEY mismatch: the columns that ${table} references are not a unique key of their table.`
      : `FOREIGN KEY constraint failed: ${row} of ${table} references a row that doesn't exist in ${parent}. Nothing was changed.`,
    { table },
  );
}

/** Names of the tables that a table's foreign keys refer to. */
function parentsOf(db: Connection, table: string): string[] {
  return db.prepare(`SELECT DISTINCT "table" FROM pragma_foreign_key_list(?, 'main')`).pluck().all(table) as string[];
}

/** SQLite itself finds parents by their collation and affinity, which a query of ours would have to imitate. */
function violations(db: Connection, table: string): Violation[] {
  if (one(db, "SELECT 1 FROM main.sqlite_schema WHERE type = 'table' AND name = ?", table) === undefined) return [];
  try {
    const query = db.prepare("SELECT rowid, parent FROM pragma_foreign_key_check(?, 'main')");
    return query.safeIntegers().all(table) as Violation[];
  } catch (error) {
    // The parent has no key with these columns: then no row of the child can be written.
    if (isSqliteFailure(error) && /^foreign key mismatch/.test(error.message)) return [{ rowid: null, parent: "" }];
    throw error;
  }
}

function textOf({ rowid, parent }: Violation): string {
  return `${rowid} ${parent}`;
}
