import { type StatementText, splitStatements } from "@heliosdb/port";

/** Tables of SQLite's, which it fills by itself. */
const OF_SQLITE = /^(?:DELETE\s+FROM|INSERT\s+INTO)\s+["'`[]?sqlite_(?:sequence|stat\d)\b|^ANALYZE\b/i;

const FOREIGN_KEYS = /^PRAGMA\s+foreign_keys\b/i;

/**
 * The statements of a script that run as one commit. A dump brings BEGIN and COMMIT around them, and statements about
 * SQLite's own tables; the shell of rqlite adds a PRAGMA at the end, for the connection that it believes to have. All of
 * these are left out. BEGIN and COMMIT anywhere else stay, and are refused.
 */
export function scriptStatements(text: string): readonly StatementText[] {
  const all = [...splitStatements(text)];
  while (all.length > 1 && FOREIGN_KEYS.test(all.at(-1)!.sql)) all.pop();
  const first = all.findIndex(({ verb }) => verb !== "PRAGMA");
  const isFramed = first >= 0 && all[first]!.verb === "BEGIN" && /^(COMMIT|END)$/.test(all.at(-1)!.verb);
  const inner = isFramed ? [...all.slice(0, first), ...all.slice(first + 1, -1)] : all;
  return inner.filter(({ sql }) => !OF_SQLITE.test(sql));
}
