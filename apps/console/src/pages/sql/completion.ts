import { type CompletionSource, completeFromList } from "@codemirror/autocomplete";
import { SQLDialect, SQLite, sql } from "@codemirror/lang-sql";
import type { Extension } from "@codemirror/state";
import type { Table } from "@heliosdb/client";
import { quotedName } from "../../util/sql-names.js";

/** Those of SQLite: CodeMirror's own list has all of the SQL standard. */
const KEYWORDS =
  "abort action add after all alter always analyze and as asc attach autoincrement before begin between by cascade case cast check collate column commit conflict constraint create cross current current_date current_time current_timestamp database default deferrable deferred delete desc detach distinct do drop each else end escape except exclude exclusive exists explain fail filter first following for foreign from full generated glob group groups having if ignore immediate in index indexed initially inner insert instead intersect into is isnull join key last left like limit match materialized natural no not nothing notnull null nulls of offset on or order others outer over partition plan pragma preceding primary query raise range recursive references regexp reindex release rename replace restrict returning right rollback row rows savepoint select set table temp temporary then ties to transaction trigger unbounded union unique update using vacuum values view virtual when where window with without";
const DIALECT = SQLDialect.define({
  ...SQLite.spec,
  keywords: KEYWORDS,
  builtin: "",
  types: "blob boolean date datetime integer json numeric real text",
});

/** A name that SQL takes without quotes. */
const PLAIN = /^[a-z_][a-z0-9_]*$/i;

/** SQL that completes the names of these tables and their columns. */
export function sqlWith(tables: readonly Table[]): Extension {
  const schema = Object.fromEntries(tables.map(({ name, columns }) => [name, columns.map((column) => column.name)]));
  return [
    sql({ dialect: DIALECT, schema, upperCaseKeywords: true }),
    DIALECT.language.data.of({ autocomplete: columnSource(tables) }),
  ];
}

/** Columns without their table, before the keywords; behind a dot they come from the schema. */
function columnSource(tables: readonly Table[]): CompletionSource {
  const owners = new Map<string, string[]>();
  for (const table of tables) {
    for (const { name } of table.columns) owners.set(name, [...(owners.get(name) ?? []), table.name]);
  }
  const source = completeFromList(
    [...owners].map(([label, names]) => ({
      label,
      detail: names.length > 2 ? `${names.length} tables` : names.join(", "),
      boost: 1,
      ...(!PLAIN.test(label) && { apply: quotedName(label) }),
    })),
  );
  return (context) => (context.matchBefore(/\.\w*$/) ? null : source(context));
}
