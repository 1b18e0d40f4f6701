import type { RowHistoryPage } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/history/history.operations.js";
import type { HistoryOutcome } from "./history-outcome.js";

@Injectable()
export class HistoryService {
  async commits({ database, params, query }: Call<typeof operations.getHistory>): Promise<HistoryOutcome> {
    const { limit, cursor } = query;
    const page = await database.history({
      branch: params.branch,
      from: query.from,
      until: query.until,
      kinds: query.kind,
      table: query.table,
      author: query.author,
      limit,
      before: cursor?.before,
    });
    return { page, limit, cursor: cursor ?? null };
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
