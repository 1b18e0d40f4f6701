import { type ChangeRowsResult, HeliosError, type TableInfo } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { ApiError } from "../errors/api-error.js";
import { ERRORS } from "../errors/error-table.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/data/data.operations.js";
import { pointOfUrl } from "../surfaces/v1/schemas/point.js";
import type { InsertedRows, TablePage } from "./data-results.js";

@Injectable()
export class DataService {
  async tables({ database, params, query }: Call<typeof operations.listTables>): Promise<readonly TableInfo[]> {
    return database.listTables(params.branch, pointOfUrl(query));
  }

  async read({ database, params, query }: Call<typeof operations.queryTable>): Promise<TablePage> {
    const { cursor, limit } = query;
    if (cursor !== undefined && query.page !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'cursor' and 'page' both say where the page begins: send one of them", {
        fields: ["cursor", "page"],
      });
    }
    const page = cursor === undefined ? (query.page ?? 1) : null;
    const result = await database.readTable({
      branch: params.branch,
      table: params.table,
      at: pointOfUrl(query),
      filter: given(query.filter),
      columns: given(query.columns),
      orderBy: given(query.order_by),
      limit,
      offset: page === null ? 0 : (page - 1) * limit,
      cursor,
      includeTotal: query.include_total ?? cursor === undefined,
    });
    return { result, page, limit };
  }

  async insert({
    database,
    params,
    body,
    identity,
    effectId,
  }: Call<typeof operations.insertRows>): Promise<InsertedRows> {
    const result = await database.insertRows({
      branch: params.branch,
      table: params.table,
      rows: body.rows,
      onConflict: body.on_conflict,
      author: identity.userId,
      requestId: effectId,
    });
    return { result, returnIds: body.return_ids };
  }

  async update({ database, params, body, identity }: Call<typeof operations.updateRows>): Promise<ChangeRowsResult> {
    return database.updateRows({
      branch: params.branch,
      table: params.table,
      values: body.values,
      filter: required(body.filter),
      author: identity.userId,
    });
  }

  async delete(call: Call<typeof operations.deleteRows>): Promise<ChangeRowsResult> {
    const { database, params, query, identity } = call;
    // Absent when the request had no body at all.
    const inBody = call.body?.filter;
    if (inBody !== undefined && query.filter !== undefined) {
      throw new ApiError("FIELD_CONFLICT", "'filter' stands in the body and in the URL: send it once", {
        fields: ["filter"],
      });
    }
    return database.deleteRows({
      branch: params.branch,
      table: params.table,
      filter: required(inBody ?? query.filter),
      author: identity.userId,
    });
  }
}

/** A blank parameter of a URL means the same as none. */
function given(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text;
}

/** A lost filter must never come to mean all rows: a proxy may drop the body of a DELETE. */
function required(filter: string | undefined): string {
  if (given(filter) === undefined) throw new HeliosError("FILTER_REQUIRED", ERRORS.FILTER_REQUIRED.message);
  return filter!;
}
