import type { HeliosDBClient } from "@heliosdb/client";
import type { Place } from "../table/target.js";
import { ident, sameName } from "../values/sql-text.js";
import type { TableScript } from "./sqlite-file.js";

interface SchemaRow {
  readonly type: "table" | "index" | "view" | "trigger";
  readonly name: string;
  readonly tbl_name: string;
  readonly sql: string | null;
}

/** Everything of a branch that is created by a statement, in an order in which it can be. */
export async function readSchema(client: HeliosDBClient, place: Place): Promise<readonly SchemaRow[]> {
  const sql = "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid";
  const { rows } = await client.sql.query<SchemaRow>(sql, place);
  return rows.filter(({ name }) => !/^sqlite_/i.test(name));
}

/** How a table is created; a view, or the result of a query, becomes a table whose columns have no types. */
export function tableScript(schema: readonly SchemaRow[], name: string, columns: readonly string[]): TableScript {
  const own = schema.filter((row) => sameName(row.tbl_name, name));
  const table = own.find(({ type }) => type === "table");
  if (!table?.sql) return { name, create: `CREATE TABLE ${ident(name)} (${columns.map(ident).join(", ")})`, after: [] };
  const after = own.filter(({ type }) => type === "index").map(({ sql }) => sql!);
  return { name: table.name, create: table.sql, after };
}
