import type { JsonQueryRequest, JsonRowForm } from "@heliosdb/port";
import type { Infer } from "../../../../schema/index.js";
import type { SqlLimits } from "../../../../sql/sql-limits.js";
import type { query } from "./sql.operations.js";

type Body = Infer<NonNullable<(typeof query)["body"]>>;

/** The port's request for the body of a query. Throws INVALID_FIELD for a number beyond the limits. */
export function queryRequest(
  limits: SqlLimits,
  branch: string,
  body: Body,
  rows: JsonRowForm,
  isStream: boolean,
): JsonQueryRequest {
  // One literal: this is made for each query, and V8 is slow at spreading objects into others.
  return {
    branch,
    at: body.as_of,
    sql: body.sql,
    params: body.params,
    explain: body.explain,
    deadlineMs: limits.deadline("timeout_ms", body.timeout_ms),
    rows,
    // A stream is limited only by its client.
    maxRows: isStream ? body.max_rows : limits.rows("max_rows", body.max_rows),
  };
}
