import { type JsonQueryResult, type StatementResult } from "@heliosdb/port";
import { boolean, integer, listOf, named, objectOf, optional, recordOf, text } from "../../../../schema/index.js";
import type { Executed } from "../../../../sql/executed.js";
import { cell, columnTypeLite, scn } from "../../schemas/values.js";
import { jsonRowObjects, rowObjects, shapeOf } from "../shared/values.js";
import { view } from "../view/view.js";

const elapsed = integer({ description: "Duration of the request in milliseconds.", example: 42 });
const rows = listOf(recordOf(cell, { description: "A row by column." }));

export const queryResult = view(
  named(
    "QueryResult",
    objectOf({
      columns: listOf(text(), { description: "In order. Equal names get `:1`, `:2` and so on." }),
      column_types: listOf(columnTypeLite),
      rows,
      row_count: integer({ example: 2 }),
      execution_time_ms: elapsed,
      truncated: boolean({ description: "True if `max_rows` cut the response." }),
      scn,
      execution_plan: optional(text({ description: "With `explain`: one line per step." })),
    }),
  ),
  (result: JsonQueryResult, context) => {
    const columns = shapeOf(result.columns).keys;
    return {
      columns,
      column_types: shapeOf(result.columns).types,
      rows: jsonRowObjects(result),
      row_count: result.rowCount,
      execution_time_ms: context.elapsedMs,
      truncated: result.truncated,
      scn: result.scn,
      ...(result.plan !== undefined && { execution_plan: result.plan }),
    };
  },
);

/** The result of one statement. */
const statementFields = {
  statement_type: text({ description: "The statement's main verb.", example: "INSERT" }),
  affected_rows: integer({ example: 1 }),
  columns: optional(listOf(text(), { description: "The rows of RETURNING." })),
  column_types: optional(listOf(columnTypeLite)),
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
  const columns = shapeOf(returning.columns).keys;
  return {
    ...known,
    columns,
    column_types: shapeOf(returning.columns).types,
    rows: rowObjects(returning),
    row_count: returning.rows.length,
    truncated: returning.truncated,
  };
}

export const executed = view(
  named(
    "ExecuteResult",
    objectOf({
      ...statementFields,
      execution_time_ms: elapsed,
      message: text({ example: "INSERT statement executed successfully on branch 'main'" }),
      scn,
    }),
  ),
  ({ branch, result }: Executed, context) => ({
    ...presentStatement(result.results[0]!),
    execution_time_ms: context.elapsedMs,
    message: `${result.results[0]!.statementType} statement executed successfully on branch '${branch}'`,
    scn: result.scn,
  }),
);

export const batch = view(
  named(
    "BatchResult",
    objectOf({
      results: listOf(named("StatementResult", objectOf(statementFields)), {
        description: "One per statement, in order.",
      }),
      execution_time_ms: elapsed,
      message: text({ example: "2 statements executed successfully on branch 'main'" }),
      scn,
    }),
  ),
  ({ branch, result }: Executed, context) => ({
    results: result.results.map(presentStatement),
    execution_time_ms: context.elapsedMs,
    message: `${result.results.length} statements executed successfully on branch '${branch}'`,
    scn: result.scn,
  }),
);
