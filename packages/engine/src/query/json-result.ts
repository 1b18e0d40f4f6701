import {
  type JsonQueryRequest,
  type JsonQueryResult,
  type JsonReadTableRequest,
  type JsonReadTableResult,
  type QueryResult,
  type ReadTableResult,
  writeJsonRows,
} from "@heliosdb/port";

/** A result with its rows as JSON text. */
export function jsonOf(
  { columns, rows, truncated, scn, plan }: QueryResult,
  form: JsonQueryRequest["rows"],
): JsonQueryResult {
  const json = writeJsonRows(columns, rows, form);
  const rowCount = rows.length;
  // Field by field: this runs for each query, and spreading costs as much as reading a row.
  return plan === undefined
    ? { columns, json, rowCount, truncated, scn }
    : { columns, json, rowCount, truncated, scn, plan };
}

/** A page with its rows as JSON text. */
export function jsonPageOf(
  { hasMore, next, total, ...page }: ReadTableResult,
  form: JsonReadTableRequest["rows"],
): JsonReadTableResult {
  return { ...jsonOf(page, form), hasMore, next, ...(total !== undefined && { total }) };
}
