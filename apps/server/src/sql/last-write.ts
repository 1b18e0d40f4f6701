import { tokensOf } from "./tokens.js";

/** Is in every text that calls one of the functions. */
const MAY_TELL = /last_insert_rowid|changes/i;
const FUNCTIONS: ReadonlySet<string> = new Set(["last_insert_rowid", "changes", "total_changes"]);

/** Whether a statement may call one of the functions; quickly, and also true where only its text has their names. */
export function mayTellOfLastWrite(sql: string): boolean {
  return MAY_TELL.test(sql);
}

/** The functions among these that a statement calls. */
export function calledOfLastWrite(sql: string): ReadonlySet<string> {
  const called = new Set<string>();
  if (!mayTellOfLastWrite(sql)) return called;
  const tokens = [...tokensOf(sql)];
  tokens.forEach(({ kind, text }, i) => {
    const name = text.toLowerCase();
    if (kind === "symbol" || kind === "string" || !FUNCTIONS.has(name)) return;
    // A table may have such a name, and columns in parentheses behind it.
    if (tokens[i + 1]?.text === "(" && tokens[i + 2]?.text.startsWith(")")) called.add(name);
  });
  return called;
}
