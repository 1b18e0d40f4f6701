import {
  HeliosError,
  NOW,
  type QueryResult,
  type ReadTableRequest,
  type ReadTableResult,
  type Row,
  type Value,
} from "@heliosdb/port";
import { rowKey } from "../capture/log.js";
import type { TableDef } from "../schema/model.js";
import { columnNames, type NamedTerm, orderByClause, whereClause } from "../sql/filter.js";
import { ident, sameName } from "../sql/names.js";
import { parseStatement } from "../sql/statement.js";
import { type ExactValue, exactColumns, exactOf } from "../values/exact-value.js";
import type { PointInTimeView } from "../view/point-in-time-views.js";
import { checkPageCursor, encodePageCursor, invalidPageCursor, type PageCursor, type PageOf } from "./page-cursor.js";
import type { QueryRunner } from "./query.js";
import { equals, type OrderTerm, orderSql, rangesAfter, rowOrder } from "./row-order.js";

/** The rows of one table that fit a filter, in one order, page by page. */
export class TablePages {
  private readonly from: string;
  private readonly where: string | null;
  private readonly order: readonly OrderTerm[];
  /** The key that tells rows apart, as SQL. */
  private readonly key: readonly string[];
  private readonly columns: readonly string[];
  /** Result columns behind those asked for: what SQLite sorts by, and the key. */
  private readonly hidden: readonly string[];
  private readonly page: PageOf;

  constructor(
    private readonly queries: QueryRunner,
    private readonly state: PointInTimeView,
    private readonly request: ReadTableRequest,
    branchId: string,
    private readonly table: TableDef,
    asked: readonly NamedTerm[],
  ) {
    const columns = request.columns === undefined ? null : columnNames(request.columns);
    const terms = asked.map((term) => ({ ...term, name: columnOf(table, term.name) }));
    this.columns = (columns?.map((name) => columnOf(table, name)) ?? table.columns.map(({ name }) => name)).map(ident);
    this.where = whereClause(request.filter, request);
    [this.from, this.key] = sourceOf(state, table);
    this.order = rowOrder(table, state.epoch.objects, terms, this.key);
    // Over shadows SQLite keeps the order of an index only where what it sorts by is among the results.
    const sorted = state.past ? this.order.map(({ column }) => column) : [];
    const key = table.withoutRowid ? this.key.flatMap(exactColumns) : this.key;
    this.hidden = [...sorted, ...key];
    this.page = {
      branch: branchId,
      as_of: pointText(request),
      table: table.uid,
      filter: request.filter?.trim() ?? "",
      order_by: orderByClause(terms),
    };
  }

  /** The page that so many rows come before. */
  at(offset: number): ReadTableResult {
    const sql = `${this.select(null)} ORDER BY ${orderSql(this.order)} ${this.limit()} OFFSET ${offset}`;
    return this.shown(this.run(sql, [], this.request.limit));
  }

  /** The page that comes after the one which a cursor was given with. */
  after(cursor: PageCursor): ReadTableResult {
    checkPageCursor(cursor, this.page);
    const parts: QueryResult[] = [];
    let wanted = this.request.limit;
    for (const range of rangesAfter(this.order, this.position(cursor))) {
      const sql = `${this.select(range.sql)} ORDER BY ${orderSql(range.order)} ${this.limit()}`;
      const part = this.run(sql, range.params, wanted);
      parts.push(part);
      wanted -= part.rows.length;
      if (part.truncated) break;
    }
    return this.shown(joined(parts));
  }

  count(): QueryResult {
    return this.run(`SELECT count(*) FROM ${this.from}${this.condition(null)}`, [], 1);
  }

  /** The values of the cursor's row in each term of the order. */
  private position({ key }: PageCursor): readonly ExactValue[] {
    const isKey = this.table.withoutRowid ? key.length === this.key.length : key.length === 1 && key[0]![0] === "i";
    if (!isKey) throw lost();
    const values = new Map<string, ExactValue>(this.key.map((column, i) => [column, key[i]!]));
    const others = this.order.map(({ column }) => column).filter((column) => !values.has(column));
    if (others.length > 0) {
      const row = this.row(key, others.flatMap(exactColumns));
      others.forEach((column, i) => {
        values.set(column, exactOf(row[2 * i], row[2 * i + 1]));
      });
    }
    return this.order.map(({ column }) => values.get(column)!);
  }

  /** The row of a key, which is there as long as its state is. */
  private row(key: readonly string[], columns: readonly string[]): Row {
    const conditions = this.key.map((column, i) => equals(column, key[i]!));
    const where = conditions.map(({ sql }) => sql).join(" AND ");
    const params = conditions.flatMap((condition) => condition.params);
    const row = this.run(`SELECT ${columns.join(", ")} FROM ${this.from} WHERE ${where}`, params, 1).rows[0];
    if (!row) throw lost();
    return row;
  }

  /** A page as it was asked for. */
  private shown(page: QueryResult): ReadTableResult {
    const width = this.columns.length;
    const last = page.rows.at(-1);
    return {
      columns: page.columns.slice(0, width),
      rows: page.rows.map((row) => row.slice(0, width)),
      scn: page.scn,
      truncated: false,
      hasMore: page.truncated,
      next: page.truncated && last ? encodePageCursor(this.page, page.scn, this.keyOf(last)) : null,
    };
  }

  private keyOf(row: Row): string[] {
    if (!this.table.withoutRowid) return [`i${row.at(-1)}`];
    const cells = row.slice(-2 * this.key.length);
    return this.key.map((_, i) => exactOf(cells[2 * i], cells[2 * i + 1])!);
  }

  private select(range: string | null): string {
    return `SELECT ${[...this.columns, ...this.hidden].join(", ")} FROM ${this.from}${this.condition(range)}`;
  }

  private condition(range: string | null): string {
    const parts = [this.where, range].filter((part) => part !== null);
    return parts.length === 0 ? "" : ` WHERE ${parts.join(" AND ")}`;
  }

  /** As a number, not a parameter: SQLite plans by it. */
  private limit(): string {
    return `LIMIT ${this.request.limit + 1}`;
  }

  private run(sql: string, params: readonly Value[], maxRows: number): QueryResult {
    return this.queries.run(this.state, { parsed: parseStatement(sql, { ownNames: true }) }, { params, maxRows });
  }
}

/** The moment that a request names, as its cursors have it. */
export function pointText({ at }: ReadTableRequest): string {
  return JSON.stringify(at ?? NOW);
}

/** The table with the key of its rows. A shadow has no rowid: it is read through a view that shows it. */
function sourceOf({ past }: PointInTimeView, table: TableDef): [from: string, key: readonly string[]] {
  if (past === null || table.withoutRowid || table.rowidColumn !== null) return [ident(table.name), rowKey(table)];
  return [`${past.withRowid(table)} AS ${ident(table.name)}`, ["_helios_k"]];
}

/** The name as the table has it. Throws SQL_NAME_NOT_FOUND. */
export function columnOf(table: TableDef, name: string): string {
  const column = table.columns.find((each) => sameName(each.name, name));
  if (column) return column.name;
  const known = table.columns.map((each) => each.name).join(", ");
  throw new HeliosError("SQL_NAME_NOT_FOUND", `Table '${table.name}' has no column '${name}'. It has: ${known}.`, {
    table: table.name,
    column: name,
  });
}

/** Parts of a page that follow each other; a type is that of the first value, as it would be in one part. */
function joined(parts: readonly QueryResult[]): QueryResult {
  const [first] = parts as [QueryResult];
  const columns = first.columns.map((column, i) => {
    const types = parts.filter(({ rows }) => rows.some((row) => row[i] !== null)).map((part) => part.columns[i]!.type);
    return { ...column, type: types[0] === "int4" && types.includes("int8") ? "int8" : (types[0] ?? column.type) };
  });
  return { ...first, columns, rows: parts.flatMap(({ rows }) => rows), truncated: parts.at(-1)!.truncated };
}

function lost(): HeliosError {
  return invalidPageCursor("The cursor doesn't name a row of the table. Start again without a cursor.");
}
