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
import { bodyOf, pathOf } from "./parts.js";

const PATH = "/v1/branches/{branch}/tables/{table}/data";

/** Rows a page where all rows are read; the most that the server gives. */
const LARGEST_PAGE = 1000;

/** Which rows, in which order. */
export interface SelectRows extends CallOptions {
  /** One SQL expression, as after WHERE. Values can't be bound in it: with values from users, use `sql.query`. */
  readonly filter?: string;
  /** Default all. */
  readonly columns?: readonly string[];
  /** Names, each with `ASC` or `DESC` and `NULLS FIRST` or `NULLS LAST` if wanted. */
  readonly orderBy?: string | readonly string[];
  /** Point in time to read. Default now. */
  readonly asOf?: AsOf;
}

export interface ReadRows extends SelectRows {
  /** 1-based. */
  readonly page?: number;
  /** In place of `page`: `nextCursor` of the page before. All else but `columns` and `limit` must be the same. */
  readonly cursor?: string;
  /** Rows a page: 100 by default, 1,000 at most. */
  readonly limit?: number;
  /** Whether all rows that fit the filter are counted. By default they are, but not with `cursor`. */
  readonly includeTotal?: boolean;
}

export interface ReadAllRows extends SelectRows {
  /** Begins where this page would. */
  readonly cursor?: string;
  /** Rows a page: 1,000 by default, and at most. */
  readonly limit?: number;
}

export interface InsertOptions extends RepeatableOptions {
  /** Action for a row whose key exists. Default `error`. */
  readonly onConflict?: "error" | "ignore" | "update";
}

export interface UpdateRows extends CallOptions {
  /** New values by column. */
  readonly values: Readonly<Record<string, Value>>;
  /** One SQL expression; `"true"` means all rows. */
  readonly filter: string;
}

export interface DeleteRows extends CallOptions {
  /** One SQL expression; `"true"` means all rows. */
  readonly filter: string;
}

export interface RowVersions extends CallOptions {
  /** Versions a page: 50 by default, 1,000 at most. */
  readonly limit?: number;
}

export interface ReadRowHistory extends RowVersions {
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** Rows of a table, without SQL. */
export class Data {
  readonly #transport: Transport;

  /** @internal */
  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** One page of a table's rows, now or at any past moment. */
  async query<R = Row>(branch: string, table: string, options: ReadRows = {}): Promise<TablePage<R>> {
    const { filter, columns, orderBy, page, cursor, limit, includeTotal, asOf } = options;
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
        },
      },
      fetch: this.#transport.call({ idempotent: true }, options),
    });
    return tablePageOf<R>(bodyOf(data));
  }

  /**
   * Every page of a table from the first on, all of them of one moment, that of the first. Not of a view, whose rows have
   * no key to go on from: it throws INVALID_CURSOR where the first page is not the last.
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

  /** Every row of those pages, which are asked for as the rows are read. */
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
      body: { rows: rows.map(wireRow), on_conflict: options.onConflict },
      fetch: this.#transport.call({ idempotent: false }, options),
    });
    const { inserted, updated = 0, skipped = 0, ids = [], scn } = bodyOf(data);
    return { inserted, updated, skipped, ids, scn };
  }

  /** Updates all rows that fit the filter, as one commit. */
  async update(branch: string, table: string, request: UpdateRows): Promise<UpdateResult> {
    const { data } = await this.#transport.api.PUT(PATH, {
      params: { path: pathOf({ branch, table }) },
      body: { values: wireRow(request.values), filter: request.filter },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    const { updated, scn } = bodyOf(data);
    return { updated, scn };
  }

  /** Deletes all rows that fit the filter, as one commit. */
  async delete(branch: string, table: string, request: DeleteRows): Promise<DeleteResult> {
    const { data } = await this.#transport.api.DELETE(PATH, {
      params: { path: pathOf({ branch, table }) },
      // In the body: a URL has room for a short filter only. Should a proxy drop it, the server refuses the call.
      body: { filter: request.filter },
      fetch: this.#transport.call({ idempotent: false }, request),
    });
    const { deleted, scn } = bodyOf(data);
    return { deleted, scn };
  }

  /**
   * One page of what each commit made of a row, newest first. The key is the value of the primary key, or a list of
   * those of a composite one; of a table that declares none, the rowid. A bigint is sent as text, which fits its column.
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

  /** All versions of a row, newest first, asked for page by page. */
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
