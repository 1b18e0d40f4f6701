import { ident } from "./names.js";
import type { Reference, Span } from "./references.js";

/** A part of a text and its replacement. */
export interface Edit extends Span {
  readonly text: string;
}

/** The text with its parts replaced. */
export function rewrite(sql: string, edits: readonly Edit[]): string {
  let text = "";
  let from = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    text += sql.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  return text + sql.slice(from);
}

/** Renames a table in a statement. The rest of the statement keeps the old name as an alias. */
export function renamed(table: Reference, name: string): Edit {
  const alias = table.alias === null ? "" : ` AS ${ident(table.alias)}`;
  return { start: table.start, end: table.fullEnd, text: name + alias };
}

/** The same for tables of another schema than before: `main.` before a table and a column is left out. */
export function unqualified(qualifiers: readonly Span[]): Edit[] {
  return qualifiers.map((span) => ({ ...span, text: "" }));
}
