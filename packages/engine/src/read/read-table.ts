import { HeliosError, type QueryResult, type ReadTableRequest, type ReadTableResult } from "@heliosdb/port";
import { findTable, findView, type TableDef } from "../schema/model.js";
import { columnNames, orderByClause, whereClause } from "../sql/filter.js";
import { ident } from "../sql/names.js";
import { parseStatement } from "../sql/statement.js";
import type { QueryRunner } from "./query.js";
import type { State } from "./states.js";

/** Reads a page of a table or view, in the order of its key where no other is asked for. */
export function readTable(queries: QueryRunner, state: State, request: ReadTableRequest): ReadTableResult {
  const table = findTable(state.epoch, request.table);
  const name = table?.name ?? findView(state.epoch, request.table)?.name;
  if (name === undefined) {
    const when = request.at && request.at.kind !== "now" ? " at that time" : "";
    throw new HeliosError("TABLE_NOT_FOUND", `Table '${request.table}' not found${when}`, { table: request.table });
  }
  const columns = request.columns === undefined ? null : columnNames(request.columns);
  const order = request.orderBy === undefined ? null : orderByClause(request.orderBy);
  if (table) checkColumns(table, [...(columns ?? []), ...(order?.names ?? [])]);
  const where = whereClause(request.filter, request);
  const from = `FROM ${ident(name)}${where === null ? "" : ` WHERE ${where}`}`;
  const sort = order?.sql ?? keyOrder(table, state);
  const page = run(
    queries,
    state,
    `SELECT ${columns === null ? "*" : columns.map(ident).join(", ")} ${from}${sort ? ` ORDER BY ${sort}` : ""}
     LIMIT ${request.limit + 1} OFFSET ${request.offset}`,
    request.limit,
  );
  const result = { ...page, truncated: false, hasMore: page.truncated };
  if (!request.includeTotal) return result;
  return { ...result, total: total(queries, state, request, page, from) };
}

/** The count need not be made where the page itself shows the end of the rows. */
function total(queries: QueryRunner, state: State, request: ReadTableRequest, page: QueryResult, from: string): number {
  if (!page.truncated && (page.rows.length > 0 || request.offset === 0)) return request.offset + page.rows.length;
  return run(queries, state, `SELECT count(*) ${from}`, 1).rows[0]![0] as number;
}

function run(queries: QueryRunner, state: State, sql: string, maxRows: number): QueryResult {
  return queries.run(state, parseStatement(sql), { maxRows });
}

/** A page needs an order to be a page: the primary key, or the rowid where the table itself is read. */
function keyOrder(table: TableDef | undefined, state: State): string {
  if (!table) return "";
  if (table.primaryKey.length > 0) return table.primaryKey.map(ident).join(", ");
  return state.past ? "" : table.rowid;
}

function checkColumns(table: TableDef, names: readonly string[]): void {
  for (const name of names) {
    if (table.columns.some((column) => column.name.toLowerCase() === name.toLowerCase())) continue;
    const known = table.columns.map((column) => column.name).join(", ");
    throw new HeliosError("SQL_NAME_NOT_FOUND", `Table '${table.name}' has no column '${name}'. It has: ${known}.`, {
      table: table.name,
      column: name,
    });
  }
}
