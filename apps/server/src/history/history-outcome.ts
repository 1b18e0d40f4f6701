import type { HistoryPage } from "@heliosdb/port";

/** Where the next page of a history begins: before an SCN, or in the middle of what it has of one commit. */
export interface HistoryCursor {
  readonly before: number;
  /** Rows of the newest commit before that SCN which the page before has shown. */
  readonly skip: number;
}

/** A page of commits, with what the request said of its place and size. */
export interface HistoryOutcome {
  readonly page: HistoryPage;
  readonly limit: number;
  readonly cursor: HistoryCursor | null;
}
