import type { OnConflict } from "../table/match.js";
import type { Column, Table } from "../table/target.js";
import { ident } from "../values/sql-text.js";

/**
 * A statement that inserts all rows of one parameter, a JSON list of lists. Values of the columns in `tagged` may be
 * lists of a tag and a text, which are made what they stand for.
 */
export function insertSql(
  table: Table,
  columns: readonly Column[],
  tagged: ReadonlySet<number>,
  onConflict: OnConflict,
): string {
  const names = columns.map(({ name }) => ident(name)).join(", ");
  const values = columns.map((_, index) => (tagged.has(index) ? taggedValue(index) : plainValue(index))).join(", ");
  const insert = `INSERT INTO ${ident(table.name)} (${names}) SELECT ${values} FROM jsonb_each($1) WHERE true`;
  if (onConflict === "error") return insert;
  if (onConflict === "ignore") return `${insert} ON CONFLICT DO NOTHING`;
  const keys = table.columns.filter(({ key }) => key).map(({ name }) => ident(name));
  const others = columns.filter(({ key }) => !key).map(({ name }) => `${ident(name)} = excluded.${ident(name)}`);
  const action = others.length > 0 ? `DO UPDATE SET ${others.join(", ")}` : "DO NOTHING";
  return `${insert} ON CONFLICT (${keys.join(", ")}) ${action}`;
}

function plainValue(index: number): string {
  return `json_extract(value, '$[${index}]')`;
}

function taggedValue(index: number): string {
  const [tag, text] = [0, 1].map((at) => `json_extract(value, '$[${index}][${at}]')`);
  const value = `CASE ${tag} WHEN 'i' THEN CAST(${text} AS INTEGER) WHEN 'r' THEN CAST(${text} AS REAL) ELSE unhex(${text}) END`;
  return `CASE json_type(value, '$[${index}]') WHEN 'array' THEN ${value} ELSE ${plainValue(index)} END`;
}
