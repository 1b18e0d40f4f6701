import type { DatabaseError } from "pg";

/** What the server refuses whenever it is asked: a missing table, a wrong type, no permission. */
export function isOwnFault(error: unknown): boolean {
  const code = (error as Partial<DatabaseError>).code ?? "";
  return /^(42|22|23|0A|28|3D)/.test(code);
}
