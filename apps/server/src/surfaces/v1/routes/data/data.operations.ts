import type { ErrorCode } from "../../../../errors/error-table.js";
import {
  boolean,
  booleanParameter,
  integerParameter,
  listOf,
  named,
  objectOf,
  optional,
  recordOf,
  text,
  withDefault,
  word,
} from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { tableCursor } from "../../schemas/cursor.js";
import { LONG_CONDITION } from "../../schemas/long-condition.js";
import { pointFields } from "../../schemas/point.js";
import { transactionId } from "../../schemas/transaction.js";
import { columnValue } from "../../schemas/values.js";
import { branchPath } from "../branches/branches.operations.js";
import { TRANSACTION_ERRORS } from "../transactions/transactions.operations.js";

const TAG = "Data";
const PATH = "/v1/branches/{branch}/tables/{table}/data";

export const tablePath = objectOf({
  branch: branchPath.fields.branch as ReturnType<typeof text>,
  table: text({ description: "Name of the table.", example: "users" }),
});

const READ_ERRORS: readonly ErrorCode[] = [
  "BRANCH_NOT_FOUND",
  "QUERY_TIMEOUT",
  "TABLE_NOT_VERSIONED",
  "RESOURCE_LIMIT",
  "RESULT_TOO_LARGE",
];
const WRITE_ERRORS: readonly ErrorCode[] = [
  "PARAM_TYPE",
  "BRANCH_READ_ONLY",
  "BRANCH_PROTECTED",
  "BRANCH_NOT_FOUND",
  "TABLE_NOT_FOUND",
  "EXTERNAL_CHANGE",
  "QUERY_TIMEOUT",
  "UNIQUE_VIOLATION",
  "FOREIGN_KEY_VIOLATION",
  "NOT_NULL_VIOLATION",
  "CHECK_VIOLATION",
  "TYPE_MISMATCH",
  "SQL_NAME_NOT_FOUND",
  "SQL_ERROR",
  "TABLE_NOT_VERSIONED",
  "RESOURCE_LIMIT",
  "RESULT_TOO_LARGE",
];
const FILTER_ERRORS: readonly ErrorCode[] = ["FILTER_REQUIRED", "INVALID_FILTER", "INVALID_SQL", "SQL_NOT_ALLOWED"];

const filterNote =
  "SQL expression, as after WHERE. `true` means all rows. It takes no parameters: for values from users, send SQL " +
  "with parameters.";
const filterText = (example: string) =>
  text({ maxLength: 16_384, ifLonger: LONG_CONDITION, description: filterNote, example });
const filter = filterText("id = 100");

export const listTables = operation({
  id: "listTables",
  method: "GET",
  path: "/v1/branches/{branch}/tables",
  tag: TAG,
  summary: "List a branch's tables",
  access: "read",
  rate: "read",
  params: branchPath,
  query: queryOf(pointFields),
  view: "tableList",
  errors: [...POINT_ERRORS, "BRANCH_NOT_FOUND", "QUERY_TIMEOUT"],
});

export const queryTable = operation({
  id: "queryTable",
  method: "GET",
  path: PATH,
  tag: TAG,
  summary: "Read a table's rows",
  description:
    "Filtered, sorted, page by page, now or at any past point in time. Pages by `cursor` are all read at the point " +
    "in time of the first one, whatever was written since, and each costs the same.",
  access: "read",
  rate: "query",
  params: tablePath,
  query: queryOf(
    {
      filter: optional(filterText("age > 25")),
      columns: optional(text({ description: "Column names, comma-separated. Default all.", example: "id,name,email" })),
      order_by: optional(
        text({
          description:
            "Column names, comma-separated, each optionally with `ASC` or `DESC` and `NULLS FIRST` or `NULLS LAST`.",
          example: "created_at DESC",
        }),
      ),
      page: optional(
        integerParameter({
          description: "Page number from 1 on. Default 1. Not with `cursor`.",
          minimum: 1,
          maximum: 1e9,
        }),
      ),
      cursor: optional(tableCursor),
      limit: withDefault(integerParameter({ description: "Rows per page.", minimum: 1, maximum: 1000 }), 100),
      include_total: optional(
        booleanParameter({ description: "Count all rows that match the filter. Default true; with `cursor` false." }),
      ),
      ...pointFields,
      transaction_id: optional(transactionId),
    },
    {
      sort: "order_by",
      order: "order_by",
      where: "filter",
      per_page: "limit",
      offset: "page",
      select: "columns",
      after: "cursor",
      next_cursor: "cursor",
    },
  ),
  view: "tablePage",
  errors: [
    ...POINT_ERRORS,
    ...READ_ERRORS,
    "INVALID_CURSOR",
    "INVALID_FILTER",
    "INVALID_SQL",
    "SQL_NOT_ALLOWED",
    "TABLE_NOT_FOUND",
    "SQL_NAME_NOT_FOUND",
    "SQL_ERROR",
    ...TRANSACTION_ERRORS.filter((code) => code !== "FIELD_CONFLICT"),
  ],
});

export const insertRows = operation({
  id: "insertRows",
  writesRows: true,
  method: "POST",
  path: PATH,
  tag: TAG,
  summary: "Insert rows",
  description: "One commit: all rows or none.",
  access: "write",
  rate: "write",
  status: 201,
  params: tablePath,
  body: named(
    "InsertRowsRequest",
    objectOf(
      {
        rows: listOf(recordOf(columnValue, { description: "A row by column. Rows can have different columns." }), {
          minItems: 1,
        }),
        on_conflict: withDefault(
          word(["error", "ignore", "update"], {
            description:
              "What to do if the key of a row exists. `update` matches the primary key only, and doesn't change columns that " +
              "are left out; `ignore` also skips a row that repeats another unique value.",
          }),
          "error",
        ),
        return_ids: withDefault(boolean({ description: "Return the keys of the rows." }), true),
        transaction_id: optional(transactionId),
      },
      { hints: { row: "rows", data: "rows", values: "rows", upsert: "on_conflict" } },
    ),
  ),
  view: "insertedRows",
  errors: [...WRITE_ERRORS, ...TRANSACTION_ERRORS],
});

export const updateRows = operation({
  id: "updateRows",
  writesRows: true,
  method: "PUT",
  path: PATH,
  tag: TAG,
  summary: "Update rows",
  description: "All rows that match the filter, as one commit.",
  access: "write",
  rate: "write",
  params: tablePath,
  body: named(
    "UpdateRowsRequest",
    objectOf(
      {
        values: recordOf(columnValue, { description: "New values by column.", minProperties: 1 }),
        filter: optional(filter),
        transaction_id: optional(transactionId),
      },
      {
        aliases: { updates: "values" },
        hints: { set: "values", where: "filter" },
        example: { values: { email: "newemail@example.com" }, filter: "id = 100" },
      },
    ),
  ),
  view: "updatedRows",
  errors: [...FILTER_ERRORS, ...WRITE_ERRORS, ...TRANSACTION_ERRORS],
});

export const deleteRows = operation({
  id: "deleteRows",
  writesRows: true,
  method: "DELETE",
  path: PATH,
  tag: TAG,
  summary: "Delete rows",
  description: "All rows that match the filter, as one commit. The filter is in the body or in the URL, not in both.",
  access: "write",
  rate: "write",
  params: tablePath,
  query: queryOf({ filter: optional(filter), transaction_id: optional(transactionId) }, { where: "filter" }),
  bodyOptional: true,
  body: named("DeleteRowsRequest", objectOf({ filter: optional(filter) }, { hints: { where: "filter" } })),
  view: "deletedRows",
  errors: [...FILTER_ERRORS, ...WRITE_ERRORS, ...TRANSACTION_ERRORS],
});
