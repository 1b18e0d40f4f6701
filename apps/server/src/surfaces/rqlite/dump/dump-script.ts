import { type StatementText, splitStatements } from "@heliosdb/port";
import { raisedCounter } from "./key-counters.js";

/** Tables of SQLite's, which nobody else writes here. */
const OF_SQLITE = /^(?:DELETE\s+FROM|INSERT\s+INTO)\s+["'`[]?sqlite_(?:sequence|stat\d)\b|^ANALYZE\b/i;

const TRIGGER = /^CREATE\s+TRIGGER\b/i;
const FOREIGN_KEYS = /^PRAGMA\s+foreign_keys\b/i;

/**
 * The statements of a script that run as one commit. A dump brings BEGIN and COMMIT around them, and statements about
 * SQLite's own tables; the shell of rqlite adds a PRAGMA at the end, for the connection that it believes to have. All of
 * these are left out, but what the tables with counted keys are to go on with. BEGIN and COMMIT anywhere else stay, and
 * are refused.
 */
export function scriptStatements(text: string): readonly StatementText[] {
  const all = [...splitStatements(text)];
  while (all.length > 1 && FOREIGN_KEYS.test(all.at(-1)!.sql)) all.pop();
  const first = all.findIndex(({ verb }) => verb !== "PRAGMA");
  const isFramed = first >= 0 && all[first]!.verb === "BEGIN" && /^(COMMIT|END)$/.test(all.at(-1)!.verb);
  const inner = isFramed ? [...all.slice(0, first), ...all.slice(first + 1, -1)] : all;
  const counters = inner.flatMap((statement) => raisedCounter(statement) ?? []);
  const others = inner.filter(({ sql }) => !OF_SQLITE.test(sql));
  // Behind the tables, of which some may come later than their counters, and before what triggers would do.
  const triggers = others.findIndex(({ sql }) => TRIGGER.test(sql));
  return others.toSpliced(triggers < 0 ? others.length : triggers, 0, ...counters);
}
