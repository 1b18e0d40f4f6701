import { type StatementText, splitStatements } from "@heliosdb/port";

/** Tables of SQLite's, which it fills by itself. */
const OF_SQLITE = /^(?:DELETE\s+FROM|INSERT\s+INTO)\s+["'`[]?sqlite_(?:sequence|stat\d)\b|^ANALYZE\b/i;

/**
 * The statements of a script that run as one commit. A dump brings BEGIN and COMMIT around them, and statements about
 * SQLite's own tables; both are left out. BEGIN and COMMIT anywhere else stay, and are refused.
 */
export function scriptStatements(text: string): readonly StatementText[] {
  const all = splitStatements(text);
  const first = all.findIndex(({ verb }) => verb !== "PRAGMA");
  const isFramed = first >= 0 && all[first]!.verb === "BEGIN" && /^(COMMIT|END)$/.test(all.at(-1)!.verb);
  const inner = isFramed ? [...all.slice(0, first), ...all.slice(first + 1, -1)] : all;
  return inner.filter(({ sql }) => !OF_SQLITE.test(sql));
}
