import { HeliosError, type QueryResult, type ReadTableRequest, type ReadTableResult } from "@heliosdb/port";
import { findTable, findView } from "../schema/model.js";
import { columnNames, type NamedTerm, orderByClause, orderTerms, whereClause } from "../sql/filter.js";
import { ident } from "../sql/names.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import { invalidPageCursor, type PageCursor } from "./page-cursor.js";
import type { QueryRunner } from "./query.js";
import { columnOf, TablePages } from "./table-pages.js";

/** Reads a page of a table or view, in the order of its key where no other is asked for. */
export function readTable(
  queries: QueryRunner,
  state: PointInTimeView,
  request: ReadTableRequest,
  branchId: string,
  cursor: PageCursor | null,
): ReadTableResult {
  const order = request.orderBy === undefined ? [] : orderTerms(request.orderBy);
  const table = findTable(state.epoch, request.table);
  if (table && request.distinct) {
    if (cursor) throw invalidPageCursor("Distinct rows have no cursor. Use 'page'.");
    const columns =
      request.columns === undefined ? table.columns.map(({ name }) => name) : columnNames(request.columns);
    for (const name of [...columns, ...order.map(({ name }) => name)]) columnOf(table, name);
    return readUnkeyed(queries, state, { ...request, columns: columns.map(ident).join(", ") }, table.name, order);
  }
  if (table) {
    const pages = new TablePages(queries, state, request, branchId, table, order);
    const page = cursor ? pages.after(cursor) : pages.at(request.offset);
    return withTotal(request, page, cursor !== null, () => pages.count());
  }
  const view = findView(state.epoch, request.table);
  if (view) {
    if (cursor) throw invalidPageCursor(`'${view.name}' is a view, and cursors are only for tables. Use 'page'.`);
    return readUnkeyed(queries, state, request, view.name, order);
  }
  const when = request.at && request.at.kind !== "now" ? " at that point in time" : "";
  throw new HeliosError("TABLE_NOT_FOUND", `Table '${request.table}' not found${when}`, { table: request.table });
}

/** Rows of a view or without those that repeat have no key: without an order asked for, those of a view have none. */
function readUnkeyed(
  queries: QueryRunner,
  state: PointInTimeView,
  request: ReadTableRequest,
  name: string,
  order: readonly NamedTerm[],
): ReadTableResult {
  const run = (sql: string, maxRows: number) => queries.run(state, { parsed: queries.parse(sql) }, { maxRows });
  const named = request.columns === undefined ? "*" : columnNames(request.columns).map(ident).join(", ");
  const columns = request.distinct ? `DISTINCT ${named}` : named;
  const where = whereClause(request.filter, request);
  const from = `FROM ${ident(name)}${where === null ? "" : ` WHERE ${where}`}`;
  const inOrder = request.distinct && named !== "*" ? ` ORDER BY ${named}` : "";
  const sort = order.length === 0 ? inOrder : ` ORDER BY ${orderByClause(order)}`;
  const page = run(
    `SELECT ${columns} ${from}${sort} LIMIT ${request.limit + 1} OFFSET ${request.offset}`,
    request.limit,
  );
  const result = { ...page, truncated: false, hasMore: page.truncated, next: null };
  const counted = request.distinct ? `FROM (SELECT ${columns} ${from})` : from;
  return withTotal(request, result, false, () => run(`SELECT count(*) ${counted}`, 1));
}

function withTotal(
  request: ReadTableRequest,
  page: ReadTableResult,
  follows: boolean,
  count: () => QueryResult,
): ReadTableResult {
  if (!request.includeTotal) return page;
  // The count need not be made where the page itself shows the end of the rows, and how many came before.
  const isEnd = !page.hasMore && (page.rows.length > 0 || request.offset === 0) && !follows;
  return { ...page, total: isEnd ? request.offset + page.rows.length : Number(count().rows[0]![0]) };
}
