import type { QueryResult } from "@heliosdb/port";
import { boolean, integer, listOf, named, objectOf, optional, text } from "../../shape/index.js";
import { cell, columnTypeSpec, SPEC_TYPES, scn } from "../../values/shapes.js";
import type { Executed } from "../domain.js";
import { view } from "../view.js";

const elapsed = integer({ description: "Milliseconds that the request took.", example: 45 });
const rows = listOf(listOf(cell), { description: "Each row in the order of the columns." });

export const queryResult = view(
  named(
    "SpecQueryResult",
    objectOf({
      columns: listOf(text()),
      column_types: listOf(columnTypeSpec),
      rows,
      row_count: integer({ example: 3 }),
      execution_plan: optional(text({ description: "With `explain`: one line a step." })),
      execution_time_ms: elapsed,
      truncated: boolean({ description: "True when `max_rows` cut the answer." }),
      scn,
    }),
  ),
  (result: QueryResult, context) => ({
    columns: result.columns,
    column_types: result.columnTypes.map((type) => SPEC_TYPES[type]),
    rows: result.rows,
    row_count: result.rows.length,
    ...(result.plan !== undefined && { execution_plan: result.plan }),
    execution_time_ms: context.elapsedMs,
    truncated: result.truncated,
    scn: result.scn,
  }),
);

export const executed = view(
  named(
    "SpecExecuteResult",
    objectOf({
      statement_type: text({ description: "The statement's main verb.", example: "CREATE_TABLE" }),
      affected_rows: integer(),
      execution_time_ms: elapsed,
      scn,
      last_insert_rowid: optional(cell),
      columns: optional(listOf(text(), { description: "With RETURNING." })),
      column_types: optional(listOf(columnTypeSpec)),
      rows: optional(rows),
      row_count: optional(integer()),
      truncated: optional(boolean()),
    }),
  ),
  ({ result }: Executed, context) => {
    const statement = result.results[0]!;
    return {
      statement_type: statement.statementType,
      affected_rows: statement.affectedRows,
      execution_time_ms: context.elapsedMs,
      scn: result.scn,
      ...(statement.lastInsertRowid !== undefined && { last_insert_rowid: statement.lastInsertRowid }),
      ...(statement.returning && {
        columns: statement.returning.columns,
        column_types: statement.returning.columnTypes.map((type) => SPEC_TYPES[type]),
        rows: statement.returning.rows,
        row_count: statement.returning.rows.length,
        truncated: statement.returning.truncated,
      }),
    };
  },
);
