import {
  type BranchRef,
  type ChangeRowsResult,
  type DeleteRowsRequest,
  HeliosError,
  type InsertRowsRequest,
  type JsonReadTableRequest,
  type PointInTime,
  type TableInfo,
  type UpdateRowsRequest,
} from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { type Caller, type Unauthored, withAuthor } from "../auth/caller.js";
import { ERRORS } from "../errors/error-table.js";
import type { InsertedRows, TablePage } from "./data-results.js";

/** A page by its number, or by the cursor of the previous page. */
export interface ReadRows extends Omit<JsonReadTableRequest, "offset" | "includeTotal"> {
  /** 1-based. Default 1 without a cursor. */
  readonly page?: number;
  /** Default: true without a cursor. */
  readonly includeTotal?: boolean;
}

type Filtered<R> = Omit<R, "filter"> & { readonly filter: string | undefined };

@Injectable()
export class DataService {
  tables(
    { database, cancellation }: Caller,
    branch: BranchRef,
    at: PointInTime | undefined,
  ): Promise<readonly TableInfo[]> {
    return database.listTables({ branch, at }, cancellation);
  }

  async read(
    { database, cancellation }: Caller,
    { page: number, includeTotal, ...request }: ReadRows,
  ): Promise<TablePage> {
    const { cursor, limit } = request;
    const page = cursor === undefined ? (number ?? 1) : null;
    const result = await database.readTableJson(
      {
        ...request,
        offset: page === null ? 0 : (page - 1) * limit,
        includeTotal: includeTotal ?? cursor === undefined,
      },
      cancellation,
    );
    return { result, page, limit };
  }

  async insert(caller: Caller, request: Unauthored<InsertRowsRequest>, returnIds: boolean): Promise<InsertedRows> {
    return { result: await caller.database.insertRows(withAuthor(caller, request), caller.cancellation), returnIds };
  }

  async update(caller: Caller, request: Filtered<Unauthored<UpdateRowsRequest>>): Promise<ChangeRowsResult> {
    return caller.database.updateRows(withAuthor(caller, withFilter(request)), caller.cancellation);
  }

  async delete(caller: Caller, request: Filtered<Unauthored<DeleteRowsRequest>>): Promise<ChangeRowsResult> {
    return caller.database.deleteRows(withAuthor(caller, withFilter(request)), caller.cancellation);
  }
}

/** A lost filter must never mean all rows: a proxy may drop the body of a DELETE. */
function withFilter<R extends { readonly filter: string | undefined }>(request: R): R & { readonly filter: string } {
  const { filter } = request;
  if (filter === undefined || filter.trim() === "") {
    throw new HeliosError("FILTER_REQUIRED", ERRORS.FILTER_REQUIRED.message);
  }
  return { ...request, filter };
}
