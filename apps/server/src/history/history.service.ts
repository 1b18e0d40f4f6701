import type { HistoryPage, RowHistoryPage } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import type * as operations from "./history.operations.js";

@Injectable()
export class HistoryService {
  commits({ database, params, query }: Call<typeof operations.getHistory>): Promise<HistoryPage> {
    return database.history({
      branch: params.branch,
      from: query.from,
      until: query.until,
      kinds: query.kind,
      table: query.table,
      author: query.author,
      limit: query.limit,
      before: query.cursor,
    });
  }

  row({ database, params, query }: Call<typeof operations.getRowHistory>): Promise<RowHistoryPage> {
    return database.rowHistory({
      branch: params.branch,
      table: params.table,
      key: query.key,
      limit: query.limit,
      before: query.cursor,
    });
  }
}
