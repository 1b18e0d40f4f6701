import type { JsonQueryResult, StatementResult } from "@heliosdb/port";
import { boolean, integer, listOf, named, objectOf, optional, text } from "../../../../schema/index.js";
import type { Executed } from "../../../../sql/executed.js";
import { cell, columnTypeSpec, SPEC_TYPES, scn } from "../../schemas/values.js";
import { jsonRowLists, rowLists, shapeOf } from "../shared/values.js";
import { view } from "../view/view.js";

const elapsed = integer({ description: "Duration of the request in milliseconds.", example: 45 });
const rows = listOf(listOf(cell), { description: "Each row in the order of the columns." });

export const queryResult = view(
  named(
    "SpecQueryResult",
    objectOf({
      columns: listOf(text()),
      column_types: listOf(columnTypeSpec),
      rows,
      row_count: integer({ example: 3 }),
      execution_plan: optional(text({ description: "One line per step; absent with `explain: false`." })),
      execution_time_ms: elapsed,
      truncated: boolean({ description: "True if `max_rows` cut the response." }),
      scn,
    }),
  ),
  (result: JsonQueryResult, context) => ({
    columns: shapeOf(result.columns).names,
    column_types: shapeOf(result.columns).types.map((type) => SPEC_TYPES[type]),
    rows: jsonRowLists(result),
    row_count: result.rowCount,
    ...(result.plan !== undefined && { execution_plan: result.plan }),
    execution_time_ms: context.elapsedMs,
    truncated: result.truncated,
    scn: result.scn,
  }),
);

/** The result of one statement. */
const statementFields = {
  statement_type: text({ description: "The statement's main verb.", example: "CREATE_TABLE" }),
  affected_rows: integer({ example: 1 }),
  columns: optional(listOf(text(), { description: "The rows of RETURNING." })),
  column_types: optional(listOf(columnTypeSpec)),
  rows: optional(rows),
  row_count: optional(integer()),
  truncated: optional(boolean()),
};

function presentStatement({ statementType, affectedRows, returning }: StatementResult) {
  const known = {
    statement_type: statementType,
    affected_rows: affectedRows,
  };
  if (!returning) return known;
  return {
    ...known,
    columns: shapeOf(returning.columns).names,
    column_types: shapeOf(returning.columns).types.map((type) => SPEC_TYPES[type]),
    rows: rowLists(returning),
    row_count: returning.rows.length,
    truncated: returning.truncated,
  };
}

export const executed = view(
  named(
    "SpecExecuteResult",
    objectOf({
      ...statementFields,
      execution_time_ms: elapsed,
      scn,
    }),
  ),
  ({ result }: Executed, context) => ({
    ...presentStatement(result.results[0]!),
    execution_time_ms: context.elapsedMs,
    scn: result.scn,
  }),
);

export const batch = view(
  named(
    "SpecBatchResult",
    objectOf({
      results: listOf(named("SpecStatementResult", objectOf(statementFields)), {
        description: "One per statement, in order.",
      }),
      execution_time_ms: elapsed,
      scn,
    }),
  ),
  ({ result }: Executed, context) => ({
    results: result.results.map(presentStatement),
    execution_time_ms: context.elapsedMs,
    scn: result.scn,
  }),
);
