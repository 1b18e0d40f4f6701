import type { Database } from "better-sqlite3";
import { type Exact, Real } from "../values/exact.js";
import { ident } from "../values/sql-text.js";
import type { ExactRows } from "./exact-rows.js";
import { partsOf } from "./parts.js";

/** A table to write: the statement that creates it, and those that come after its rows. */
export interface TableScript {
  readonly name: string;
  readonly create: string;
  readonly after: readonly string[];
}

/** Writes rows into a new SQLite file; returns their number. */
export async function writeSqlite(
  path: string,
  table: TableScript,
  { columns, rows }: Omit<ExactRows, "close">,
): Promise<number> {
  // Loaded here, because no other command needs it.
  const { default: Sqlite } = await import("better-sqlite3");
  const db: Database = new Sqlite(path);
  let count = 0;
  try {
    // Nobody sees the file before it is whole.
    db.pragma("journal_mode = OFF");
    db.pragma("synchronous = OFF");
    db.pragma("foreign_keys = OFF");
    db.exec(table.create);
    const places = columns.map(() => "?").join(", ");
    const insert = db.prepare(`INSERT INTO ${ident(table.name)} (${columns.map(ident).join(", ")}) VALUES (${places})`);
    const insertAll = db.transaction((part: readonly (readonly Exact[])[]) => {
      for (const row of part) insert.run(row.map(boundOf));
    });
    for await (const part of partsOf(rows)) {
      insertAll(part);
      count += part.length;
    }
    for (const sql of table.after) db.exec(sql);
  } finally {
    db.close();
  }
  return count;
}

/** A plain number is bound as a real. */
function boundOf(value: Exact): null | number | bigint | string | Uint8Array {
  if (typeof value === "boolean") return value ? 1n : 0n;
  if (value instanceof Real) return value.value;
  return typeof value === "number" && Number.isInteger(value) ? BigInt(value) : value;
}
