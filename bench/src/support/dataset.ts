import type { DatabaseWriter, WriteOperation } from "@heliosdb/engine";
import type { DatabasePort } from "@heliosdb/port";

/** The one table that all benchmarks use, about 75 bytes a row. */
export const TABLE =
  "CREATE TABLE items (id INTEGER PRIMARY KEY, name TEXT NOT NULL, value REAL NOT NULL, category INTEGER NOT NULL, note TEXT)";

/** Fills the table by one statement. */
export function fillSql(rows: number): string {
  return `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO items SELECT i, 'item ' || i, i * 1.5, i % 100, 'a note of some length, as rows tend to have' FROM n`;
}

/** Changes every `step`th row from `first` on, by key. */
export function scatteredUpdate(first: number, step: number, rows: number): string {
  return `WITH RECURSIVE k(i) AS (SELECT ${first} UNION ALL SELECT i + ${step} FROM k WHERE i + ${step} <= ${rows})
    UPDATE items SET value = value + 1 WHERE id IN (SELECT i FROM k)`;
}

export function statement(sql: string, branch = "main"): WriteOperation {
  return { op: "execute", request: { branch, author: "bench", statements: [{ sql }] } };
}

/** Runs one operation in the engine itself; throws its error. */
export function write(writer: DatabaseWriter, operation: WriteOperation): void {
  const [outcome] = writer.write([operation]);
  if (!outcome?.ok) throw new Error(outcome?.error.message);
}

const MOST_MS = 600_000;

/** Runs one statement behind the port. */
export async function execute(db: DatabasePort, sql: string, branch = "main"): Promise<number> {
  const { scn } = await db.execute({ branch, author: "bench", statements: [{ sql }], deadlineMs: MOST_MS });
  return scn;
}
