import type { InsertRowsResult, JsonReadTableResult } from "@heliosdb/port";

export interface TablePage {
  readonly result: JsonReadTableResult;
  /** Null for a page by cursor, which has no number. */
  readonly page: number | null;
  readonly limit: number;
}

export interface InsertedRows {
  readonly result: InsertRowsResult;
  readonly returnIds: boolean;
}
