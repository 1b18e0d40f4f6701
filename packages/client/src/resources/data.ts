import { type AsOf, urlPoint } from "../arguments/point.js";
import { type Value, wireRow } from "../arguments/values.js";
import { type RowHistoryPage, type RowVersion, rowHistoryPageOf } from "../results/row-history.js";
import {
  type DeleteResult,
  type InsertResult,
  type Key,
  type Row,
  type TablePage,
  tablePageOf,
  type UpdateResult,
} from "../results/rows.js";
import { type HeliosDBError, InvalidRequestError } from "../transport/errors.js";
import type { CallOptions, RepeatableOptions } from "../transport/options.js";
import { entriesOf } from "../transport/pages.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, type InTransaction, onceIn, pathOf } from "./parts.js";

const PATH = "/v1/branches/{branch}/tables/{table}/data";

/** The server's maximum page size, used to read all rows. */
const LARGEST_PAGE = 1000;

/** Which rows, and their order. */
export interface SelectRows extends CallOptions, InTransaction {
  /** One SQL expression, as after WHERE. It takes no parameters: for user input, use `sql.query`. */
  readonly filter?: string;
  /** Default all. */
  readonly columns?: readonly string[];
  /** Names, each with an optional `ASC` or `DESC` and `NULLS FIRST` or `NULLS LAST`. */
  readonly orderBy?: string | readonly string[];
  /** Point in time to read. Default now. */
  readonly asOf?: AsOf;
}

export interface ReadRows extends SelectRows {
  /** 1-based. */
  readonly page?: number;
  /** In place of `page`: `nextCursor` of the previous page. Only `columns` and `limit` may differ from its request. */
  readonly cursor?: string;
  /** Rows on a page: 100 by default, at most 1,000. */
  readonly limit?: number;
  /** Whether all rows that match the filter are counted. By default they are, except with `cursor`. */
  readonly includeTotal?: boolean;
}

export interface ReadAllRows extends SelectRows {
  /** Begins with the page of this cursor. */
  readonly cursor?: string;
  /** Rows on a page: 1,000 by default, which is the maximum. */
  readonly limit?: number;
}

export interface InsertOptions extends RepeatableOptions, InTransaction {
  /** Action for a row whose key exists. Default `error`. */
  readonly onConflict?: "error" | "ignore" | "update";
}

export interface UpdateRows extends CallOptions, InTransaction {
  /** New values by column. */
  readonly values: Readonly<Record<string, Value>>;
  /** One SQL expression; `"true"` means all rows. */
  readonly filter: string;
}

export interface DeleteRows extends CallOptions, InTransaction {
  /** One SQL expression; `"true"` means all rows. */
  readonly filter: string;
}

export interface RowVersions extends CallOptions {
  /** Versions on a page: 50 by default, at most 1,000. */
  readonly limit?: number;
}

export interface ReadRowHistory extends RowVersions {
  /** `nextCursor` of the previous page. */
  readonly cursor?: string;
}

/** Rows of a table, without SQL. */
export class Data {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of a table's rows, now or at an earlier point in time. */
  async query<R = Row>(branch: string, table: string, options: ReadRows = {}): Promise<TablePage<R>> {
    const { filter, columns, orderBy, page, cursor, limit, includeTotal, asOf, transactionId } = options;
    const { data } = await this.#transport.api.GET(PATH, {
      params: {
        path: pathOf({ branch, table }),
        query: {
          filter,
          columns: columns?.join(","),
          order_by: typeof orderBy === "object" ? orderBy.join(",") : orderBy,
          page,
          cursor,
          limit,
          include_total: includeTotal,
          as_of: asOf === undefined ? undefined : urlPoint(asOf),
          transaction_id: transactionId,
        },
      },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return tablePageOf<R>(bodyOf(data), this.#transport.forms);
  }

  /**
   * Every page of a table from the first on; all show the point in time of the first. Views have no key and so no
   * cursor: for a view with more than one page, it throws INVALID_CURSOR.
   */
  async *pages<R = Row>(
    branch: string,
    table: string,
    options: ReadAllRows = {},
  ): AsyncGenerator<TablePage<R>, void, undefined> {
    const { limit = LARGEST_PAGE } = options;
    let cursor = options.cursor;
    do {
      const page = await this.query<R>(branch, table, { ...options, limit, cursor, includeTotal: false });
      if (page.hasMore && page.nextCursor === null) throw withoutCursor(table);
      yield page;
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
  }

  /** Every row of those pages, which are requested as the rows are read. */
  async *rows<R = Row>(branch: string, table: string, options: ReadAllRows = {}): AsyncGenerator<R, void, undefined> {
    for await (const page of this.pages<R>(branch, table, options)) yield* page.rows;
  }

  /** Inserts all rows or none, as one commit. Rows may have different columns. */
  async insert(
    branch: string,
    table: string,
    rows: readonly Readonly<Record<string, Value | undefined>>[],
    options: InsertOptions = {},
  ): Promise<InsertResult> {
    const { data } = await this.#transport.api.POST(PATH, {
      params: { path: pathOf({ branch, table }) },
      body: { rows: rows.map(wireRow), on_conflict: options.onConflict, transaction_id: options.transactionId },
      fetch: this.#transport.call(onceIn(options), options),
    });
    const { inserted, updated = 0, skipped = 0, ids = [], scn } = bodyOf(data);
    return { inserted, updated, skipped, ids, scn };
  }

  /** Updates all rows that match the filter, as one commit. */
  async update(branch: string, table: string, request: UpdateRows): Promise<UpdateResult> {
    const { data } = await this.#transport.api.PUT(PATH, {
      params: { path: pathOf({ branch, table }) },
      body: { values: wireRow(request.values), filter: request.filter, transaction_id: request.transactionId },
      fetch: this.#transport.call(onceIn(request), request),
    });
    const { updated, scn } = bodyOf(data);
    return { updated, scn };
  }

  /** Deletes all rows that match the filter, as one commit. */
  async delete(branch: string, table: string, request: DeleteRows): Promise<DeleteResult> {
    const { data } = await this.#transport.api.DELETE(PATH, {
      params: { path: pathOf({ branch, table }), query: { transaction_id: request.transactionId } },
      // In the body, because a URL only has room for a short filter. If a proxy drops it, the server refuses the call.
      body: { filter: request.filter },
      fetch: this.#transport.call(onceIn(request), request),
    });
    const { deleted, scn } = bodyOf(data);
    return { deleted, scn };
  }

  /**
   * One page of a row's versions, one for each commit that changed it, newest first. The key is the value of the
   * primary key, a list for a composite one, or the rowid for a table that declares none. A bigint is sent as text,
   * which the server converts to the column's type.
   */
  async rowHistory<R = Row>(
    branch: string,
    table: string,
    key: Key | bigint,
    options: ReadRowHistory = {},
  ): Promise<RowHistoryPage<R>> {
    const { limit, cursor } = options;
    const keyText = JSON.stringify(typeof key === "bigint" ? key.toString() : key);
    const { data } = await this.#transport.api.GET("/v1/branches/{branch}/tables/{table}/history", {
      params: { path: pathOf({ branch, table }), query: { key: keyText, limit, cursor } },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return rowHistoryPageOf<R>(bodyOf(data));
  }

  /** All versions of a row, newest first. Pages are requested as needed. */
  rowVersions<R = Row>(
    branch: string,
    table: string,
    key: Key | bigint,
    options: RowVersions = {},
  ): AsyncGenerator<RowVersion<R>, void, undefined> {
    return entriesOf(
      (cursor) => this.rowHistory<R>(branch, table, key, { ...options, cursor }),
      (page) => page.versions,
    );
  }
}

function withoutCursor(table: string): HeliosDBError {
  const message =
    `The rows of '${table}' can't be read to the end with a cursor: it is a view, or has a key too long for a cursor. ` +
    "Ask for pages by number, or send SQL.";
  return new InvalidRequestError(message, { code: "INVALID_CURSOR", status: 0, details: { table } });
}
