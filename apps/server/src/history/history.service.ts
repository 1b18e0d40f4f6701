import type { HistoryRequest, RowHistoryPage, RowHistoryRequest } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import type { Caller } from "../auth/caller.js";
import type { HistoryCursor, HistoryOutcome } from "./history-outcome.js";

export interface ListCommits extends Omit<HistoryRequest, "before"> {
  readonly limit: number;
  readonly cursor?: HistoryCursor;
}

@Injectable()
export class HistoryService {
  async commits({ database, cancellation }: Caller, { cursor, ...request }: ListCommits): Promise<HistoryOutcome> {
    const page = await database.history({ ...request, before: cursor?.before }, cancellation);
    return { page, limit: request.limit, cursor: cursor ?? null };
  }

  row({ database, cancellation }: Caller, request: RowHistoryRequest): Promise<RowHistoryPage> {
    return database.rowHistory(request, cancellation);
  }
}
