import type { HistoryPage } from "@heliosdb/port";

/** Where the next page of a history begins: before an SCN, or in the middle of the entries of one commit. */
export interface HistoryCursor {
  readonly before: number;
  /** Number of entries of the newest commit before that SCN that the previous page has shown. */
  readonly skip: number;
}

/** A page of commits, with the position and size from the request. */
export interface HistoryOutcome {
  readonly page: HistoryPage;
  readonly limit: number;
  readonly cursor: HistoryCursor | null;
}
