import { type ChangeRowsResult, formatMicros, type TableInfo } from "@heliosdb/port";
import type { InsertedRows, TablePage } from "../../../../data/data-results.js";
import { boolean, integer, listOf, named, objectOf, optional, text, word } from "../../../../schema/index.js";
import { nextTableCursor } from "../../schemas/cursor.js";
import { cell, columnTypeSpec, isoTime, SPEC_TYPES, scn } from "../../schemas/values.js";
import { keyValues, presentIds } from "../shared/key-values.js";
import { jsonRowLists, shapeOf } from "../shared/values.js";
import { view } from "../view/view.js";

const table = named(
  "SpecTable",
  objectOf({
    name: text({ example: "users" }),
    schema: word(["public"]),
    row_count: integer({ example: 10000 }),
    size_bytes: integer({ format: "int64", description: "Approximate size of the rows." }),
    columns: listOf(
      named(
        "SpecColumn",
        objectOf({ name: text(), type: columnTypeSpec, nullable: boolean(), primary_key: optional(boolean()) }),
      ),
    ),
    indexes: listOf(text()),
    created_at: isoTime,
  }),
);

export const tableList = view(
  named("SpecTableList", objectOf({ tables: listOf(table) })),
  (tables: readonly TableInfo[]) => ({
    tables: tables.map((info) => ({
      name: info.name,
      schema: "public" as const,
      row_count: info.rowCount,
      size_bytes: info.sizeBytes,
      columns: info.columns.map((column) => ({
        name: column.name,
        type: SPEC_TYPES[column.type],
        nullable: column.nullable,
        ...(column.primaryKey > 0 && { primary_key: true }),
      })),
      indexes: info.indexes,
      created_at: formatMicros(info.createdAt),
    })),
  }),
);

export const tablePage = view(
  named(
    "SpecTablePage",
    objectOf({
      columns: listOf(text()),
      column_types: listOf(columnTypeSpec),
      rows: listOf(listOf(cell), { description: "Each row in the order of the columns." }),
      pagination: named(
        "TablePagination",
        objectOf({
          page: optional(integer({ description: "Absent with `cursor`." })),
          limit: integer(),
          total: optional(integer()),
          total_pages: optional(integer()),
        }),
      ),
      has_more: boolean(),
      next_cursor: nextTableCursor,
      scn,
    }),
  ),
  ({ result, page, limit }: TablePage) => ({
    columns: shapeOf(result.columns).names,
    column_types: shapeOf(result.columns).types.map((type) => SPEC_TYPES[type]),
    rows: jsonRowLists(result),
    pagination: {
      ...(page !== null && { page }),
      limit,
      ...(result.total !== undefined && { total: result.total, total_pages: Math.ceil(result.total / limit) }),
    },
    has_more: result.hasMore,
    next_cursor: result.next,
    scn: result.scn,
  }),
);

export const insertedRows = view(
  named(
    "SpecInsertResult",
    objectOf({
      inserted: integer({ example: 2 }),
      updated: optional(integer({ description: "With `on_conflict: update`, when rows were updated." })),
      skipped: optional(integer({ description: "With `on_conflict: ignore`, when rows were skipped." })),
      ids: optional(keyValues),
      scn,
    }),
  ),
  ({ result, returnIds }: InsertedRows) => ({
    inserted: result.inserted,
    ...(result.updated > 0 && { updated: result.updated }),
    ...(result.skipped > 0 && { skipped: result.skipped }),
    ...(returnIds && { ids: presentIds(result.ids) }),
    scn: result.scn,
  }),
);

export const updatedRows = view(
  named("SpecUpdateResult", objectOf({ updated: integer(), scn })),
  (result: ChangeRowsResult) => ({ updated: result.affected, scn: result.scn }),
);

export const deletedRows = view(
  named("SpecDeleteResult", objectOf({ deleted: integer(), scn })),
  (result: ChangeRowsResult) => ({ deleted: result.affected, scn: result.scn }),
);
