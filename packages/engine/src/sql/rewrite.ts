import { ident } from "./names.js";
import type { Reference, References, Span } from "./references.js";

/**
 * The text with other names for some of its tables, which are still called what they were called. A schema before a
 * table and a column goes: the table may stand in another one.
 */
export function replaceTables(
  sql: string,
  { tables, qualifiers }: Pick<References, "tables" | "qualifiers">,
  rename: (table: Reference) => string | null,
): string {
  const edits: (Span & { readonly text: string })[] = qualifiers.map((span) => ({ ...span, text: "" }));
  for (const table of tables) {
    const name = rename(table);
    if (name === null) continue;
    const alias = table.alias === null ? "" : ` AS ${ident(table.alias)}`;
    edits.push({ start: table.start, end: table.fullEnd, text: name + alias });
  }
  let text = "";
  let from = 0;
  for (const edit of edits.sort((a, b) => a.start - b.start)) {
    text += sql.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return text + sql.slice(from);
}
