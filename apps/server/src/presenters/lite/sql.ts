import type { QueryResult } from "@heliosdb/port";
import { boolean, integer, listOf, named, objectOf, optional, recordOf, text } from "../../shape/index.js";
import { cell, columnTypeLite, scn } from "../../values/shapes.js";
import type { Executed } from "../domain.js";
import { view } from "../view.js";
import { distinctNames, rowObjects } from "./rows.js";

const elapsed = integer({ description: "Milliseconds that the request took.", example: 42 });
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
      truncated: boolean({ description: "True when `max_rows` cut the answer." }),
      scn,
      execution_plan: optional(text({ description: "With `explain`: one line a step." })),
    }),
  ),
  (result: QueryResult, context) => {
    const columns = distinctNames(result.columns);
    return {
      columns,
      column_types: result.columnTypes,
      rows: rowObjects(columns, result.rows),
      row_count: result.rows.length,
      execution_time_ms: context.elapsedMs,
      truncated: result.truncated,
      scn: result.scn,
      ...(result.plan !== undefined && { execution_plan: result.plan }),
    };
  },
);

export const executed = view(
  named(
    "ExecuteResult",
    objectOf({
      statement_type: text({ description: "The statement's main verb.", example: "INSERT" }),
      affected_rows: integer({ example: 1 }),
      execution_time_ms: elapsed,
      message: text({ example: "INSERT statement executed successfully on branch 'main'" }),
      scn,
      last_insert_rowid: optional(cell),
      columns: optional(listOf(text(), { description: "With RETURNING." })),
      column_types: optional(listOf(columnTypeLite)),
      rows: optional(rows),
      row_count: optional(integer()),
      truncated: optional(boolean()),
    }),
  ),
  ({ branch, result }: Executed, context) => {
    const statement = result.results[0]!;
    const columns = statement.returning && distinctNames(statement.returning.columns);
    return {
      statement_type: statement.statementType,
      affected_rows: statement.affectedRows,
      execution_time_ms: context.elapsedMs,
      message: `${statement.statementType} statement executed successfully on branch '${branch}'`,
      scn: result.scn,
      ...(statement.lastInsertRowid !== undefined && { last_insert_rowid: statement.lastInsertRowid }),
      ...(statement.returning &&
        columns && {
          columns,
          column_types: statement.returning.columnTypes,
          rows: rowObjects(columns, statement.returning.rows),
          row_count: statement.returning.rows.length,
          truncated: statement.returning.truncated,
        }),
    };
  },
);
