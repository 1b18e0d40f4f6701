import { type ChangeRowsResult, type TableInfo } from "@heliosdb/port";
import type { InsertedRows, TablePage } from "../../../../data/data-results.js";
import { boolean, integer, listOf, named, objectOf, optional, recordOf, text } from "../../../../schema/index.js";
import { nextTableCursor } from "../../schemas/cursor.js";
import { cell, columnTypeLite, epochSeconds, scn } from "../../schemas/values.js";
import { keyValues, presentIds } from "../shared/key-values.js";
import { jsonRowObjects, shapeOf } from "../shared/values.js";
import { toSeconds } from "../view/times.js";
import { view } from "../view/view.js";

const table = named(
  "Table",
  objectOf({
    name: text({ example: "users" }),
    row_count: integer({ example: 1500 }),
    size_bytes: integer({ format: "int64", description: "Approximate size of the rows." }),
    created_at: epochSeconds,
    columns: listOf(
      named(
        "Column",
        objectOf({
          name: text({ example: "id" }),
          type: columnTypeLite,
          declared_type: text({ description: "As in CREATE TABLE; empty if that names none.", example: "INTEGER" }),
          nullable: boolean(),
          primary_key: boolean(),
        }),
      ),
    ),
    indexes: listOf(text()),
  }),
);

export const tableList = view(
  named("TableList", objectOf({ tables: listOf(table) })),
  (tables: readonly TableInfo[]) => ({
    tables: tables.map((info) => ({
      name: info.name,
      row_count: info.rowCount,
      size_bytes: info.sizeBytes,
      created_at: toSeconds(info.createdAt),
      columns: info.columns.map((column) => ({
        name: column.name,
        type: column.type,
        declared_type: column.declaredType,
        nullable: column.nullable,
        primary_key: column.primaryKey > 0,
      })),
      indexes: info.indexes,
    })),
  }),
);

export const tablePage = view(
  named(
    "TablePage",
    objectOf({
      columns: listOf(text(), { description: "In order." }),
      column_types: listOf(columnTypeLite),
      rows: listOf(recordOf(cell, { description: "A row by column." })),
      total: optional(integer({ description: "All rows that match the filter; absent with `include_total=false`." })),
      page: optional(integer({ description: "Absent with `cursor`." })),
      limit: integer(),
      has_more: boolean(),
      next_cursor: nextTableCursor,
      scn,
    }),
  ),
  ({ result, page, limit }: TablePage) => {
    const columns = shapeOf(result.columns).keys;
    return {
      columns,
      column_types: shapeOf(result.columns).types,
      rows: jsonRowObjects(result),
      ...(result.total !== undefined && { total: result.total }),
      ...(page !== null && { page }),
      limit,
      has_more: result.hasMore,
      next_cursor: result.next,
      scn: result.scn,
    };
  },
);

export const insertedRows = view(
  named(
    "InsertResult",
    objectOf({
      inserted: integer({ example: 1 }),
      updated: optional(integer({ description: "With `on_conflict: update`, when rows were updated." })),
      skipped: optional(integer({ description: "With `on_conflict: ignore`, when rows were skipped." })),
      ids: optional(keyValues),
      message: text({ example: "Successfully inserted 1 row(s)" }),
      scn,
    }),
  ),
  ({ result, returnIds }: InsertedRows) => ({
    inserted: result.inserted,
    ...(result.updated > 0 && { updated: result.updated }),
    ...(result.skipped > 0 && { skipped: result.skipped }),
    ...(returnIds && { ids: presentIds(result.ids) }),
    message: `Successfully inserted ${result.inserted} row(s)`,
    scn: result.scn,
  }),
);

export const updatedRows = view(
  named(
    "UpdateResult",
    objectOf({ updated: integer(), message: text({ example: "Successfully updated 1 row(s)" }), scn }),
  ),
  (result: ChangeRowsResult) => ({
    updated: result.affected,
    message: `Successfully updated ${result.affected} row(s)`,
    scn: result.scn,
  }),
);

export const deletedRows = view(
  named(
    "DeleteResult",
    objectOf({ deleted: integer(), message: text({ example: "Successfully deleted 1 row(s)" }), scn }),
  ),
  (result: ChangeRowsResult) => ({
    deleted: result.affected,
    message: `Successfully deleted ${result.affected} row(s)`,
    scn: result.scn,
  }),
);
