import { HeliosError, type QueryResult, type ReadTableRequest, type ReadTableResult } from "@heliosdb/port";
import { findTable, findView } from "../schema/model.js";
import { columnNames, type NamedTerm, orderByClause, orderTerms, whereClause } from "../sql/filter.js";
import { ident } from "../sql/names.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import { invalidPageCursor, type PageCursor } from "./page-cursor.js";
import type { QueryRunner } from "./query.js";
import { TablePages } from "./table-pages.js";

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
  if (table) {
    const pages = new TablePages(queries, state, request, branchId, table, order);
    const page = cursor ? pages.after(cursor) : pages.at(request.offset);
    return withTotal(request, page, cursor !== null, () => pages.count());
  }
  const view = findView(state.epoch, request.table);
  if (view) {
    if (cursor) throw invalidPageCursor(`'${view.name}' is a view, and cursors are only for tables. Use 'page'.`);
    return readView(queries, state, request, view.name, order);
  }
  const when = request.at && request.at.kind !== "now" ? " at that point in time" : "";
  throw new HeliosError("TABLE_NOT_FOUND", `Table '${request.table}' not found${when}`, { table: request.table });
}

/** The rows of a view have no key: nothing tells them apart, and where no order is asked for they have none. */
function readView(
  queries: QueryRunner,
  state: PointInTimeView,
  request: ReadTableRequest,
  view: string,
  order: readonly NamedTerm[],
): ReadTableResult {
  const run = (sql: string, maxRows: number) => queries.run(state, { parsed: queries.parse(sql) }, { maxRows });
  const columns = request.columns === undefined ? "*" : columnNames(request.columns).map(ident).join(", ");
  const where = whereClause(request.filter, request);
  const from = `FROM ${ident(view)}${where === null ? "" : ` WHERE ${where}`}`;
  const sort = order.length === 0 ? "" : ` ORDER BY ${orderByClause(order)}`;
  const page = run(
    `SELECT ${columns} ${from}${sort} LIMIT ${request.limit + 1} OFFSET ${request.offset}`,
    request.limit,
  );
  const result = { ...page, truncated: false, hasMore: page.truncated, next: null };
  return withTotal(request, result, false, () => run(`SELECT count(*) ${from}`, 1));
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
