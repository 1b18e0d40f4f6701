import type { Row } from "@heliosdb/client";

/** Columns of one table that name a row of another. */
export interface ForeignKey {
  readonly table: string;
  readonly columns: readonly string[];
  readonly target: string;
  /** Null where the key means the primary key of the target. */
  readonly targetColumns: readonly string[] | null;
}

/** Every foreign key of a branch, a row for each of its columns. */
export const FOREIGN_KEYS_SQL =
  'SELECT m.name AS "table", f.id AS id, f.seq AS seq, f."table" AS target, f."from" AS "column", f."to" AS target_column ' +
  "FROM sqlite_schema m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' ORDER BY m.name, f.id, f.seq";

export function foreignKeysOf(rows: readonly Row[]): readonly ForeignKey[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const name = JSON.stringify([row.table, row.id]);
    groups.set(name, [...(groups.get(name) ?? []), row]);
  }
  return [...groups.values()].map((parts) => ({
    table: String(parts[0]!.table),
    target: String(parts[0]!.target),
    columns: parts.map(({ column }) => String(column)),
    targetColumns: parts.every(({ target_column }) => typeof target_column === "string")
      ? parts.map(({ target_column }) => String(target_column))
      : null,
  }));
}

/** The key by which a cell leads elsewhere; null if any of its columns is null, which names nothing. */
export function keyOfCell(keys: readonly ForeignKey[], table: string, column: string, row: Row): ForeignKey | null {
  const key = keys.find((each) => isSame(each.table, table) && each.columns.includes(column));
  return key?.columns.every((each) => row[each] !== null && row[each] !== undefined) ? key : null;
}

/** The keys of other tables that name rows of this one. */
export function keysTo(keys: readonly ForeignKey[], table: string): readonly ForeignKey[] {
  return keys.filter(({ target }) => isSame(target, table));
}

/** SQLite's names don't differ by case. */
function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
