import { foldName, literal, RESERVED } from "../sql/names.js";

/** The tables in which SQLite lists objects, with the condition for rows about the user's objects. */
const CATALOGS: Record<string, string> = {
  ...{ sqlite_master: users("name", "tbl_name"), sqlite_schema: users("name", "tbl_name") },
  ...{ sqlite_temp_master: "false", sqlite_temp_schema: "false" },
  ...{ sqlite_sequence: users("name"), sqlite_stat1: users("tbl"), sqlite_stat4: users("tbl") },
  pragma_table_list: `schema = 'main' AND ${users("name")}`,
};

export function isCatalog(name: string): boolean {
  return Object.hasOwn(CATALOGS, foldName(name));
}

/** The user's part of such a table, as a query in parentheses; `columns` are added to the table's own. */
export function catalogQuery(name: string, table: string, columns: readonly string[] = []): string {
  const folded = foldName(name);
  // Users have no temporary objects: the table only provides the columns.
  const from = folded.startsWith("sqlite_temp_") ? "main.sqlite_schema" : table;
  return `(SELECT ${["*", ...columns].join(", ")} FROM ${from} WHERE ${CATALOGS[folded]})`;
}

function users(...columns: readonly string[]): string {
  return columns
    .map((column) => `lower(substr(${column}, 1, ${RESERVED.length})) <> ${literal(RESERVED)}`)
    .join(" AND ");
}
