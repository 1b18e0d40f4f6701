import type { ErrorCode } from "../../../../errors/error-table.js";
import { boolean, described, integer, listOf, named, objectOf, optional, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { point } from "../../schemas/point.js";
import { transactionId } from "../../schemas/transaction.js";
import { parameters } from "../../schemas/values.js";
import { branchPath } from "../branches/branches.operations.js";
import { TRANSACTION_ERRORS } from "../transactions/transactions.operations.js";

const TAG = "SQL";

const sql = text({ minLength: 1, description: "One statement.", example: "SELECT id, name FROM users WHERE age > $1" });
const params = parameters;
const timeout = integer({
  minimum: 1,
  description: "Timeout in milliseconds. Default 30,000; the maximum is HELIOSDB_MAX_TIMEOUT_MS.",
  example: 5000,
});
const maxRows = integer({
  minimum: 1,
  description: "Maximum number of rows in the response. Default and maximum are HELIOSDB_MAX_ROWS (10,000).",
  example: 1000,
});
const hints = {
  query: "sql",
  statement: "sql",
  statements: "sql",
  parameters: "params",
  timeout: "timeout_ms",
  limit: "max_rows",
  transaction: "transaction_id",
};

const COMMON: readonly ErrorCode[] = [
  "PARAM_COUNT",
  "PARAM_TYPE",
  "INVALID_SQL",
  "MULTIPLE_STATEMENTS",
  "TRANSACTION_CONTROL",
  "SQL_NOT_ALLOWED",
  "BRANCH_NOT_FOUND",
  "QUERY_TIMEOUT",
  "SQL_NAME_NOT_FOUND",
  "SQL_ERROR",
  "TABLE_NOT_VERSIONED",
  "RESOURCE_LIMIT",
  "RESULT_TOO_LARGE",
];

const WRITE: readonly ErrorCode[] = [
  "NOT_A_STATEMENT",
  "BRANCH_READ_ONLY",
  "BRANCH_PROTECTED",
  "EXTERNAL_CHANGE",
  "UNIQUE_VIOLATION",
  "FOREIGN_KEY_VIOLATION",
  "NOT_NULL_VIOLATION",
  "CHECK_VIOLATION",
  "TYPE_MISMATCH",
];

export const query = operation({
  id: "query",
  method: "POST",
  path: "/v1/branches/{branch}/query",
  tag: TAG,
  summary: "Run a query",
  description:
    "One statement that only reads, now or at any past point in time: for the whole query by `as_of`, or for one " +
    "table by `FROM users AS OF SYSTEM TIME 1701446400` in the SQL. With `Accept: application/x-ndjson; " +
    "dialect=lite` (or `dialect=spec`) the rows are streamed as JSON lines, with no limit on their number except " +
    "`max_rows`, if given.",
  access: "read",
  rate: "query",
  changes: false,
  params: branchPath,
  body: named(
    "QueryRequest",
    objectOf(
      {
        sql,
        params: optional(params),
        as_of: optional(described("Point in time to read. Default now.", point)),
        transaction_id: optional(transactionId),
        timeout_ms: optional(timeout),
        max_rows: optional(maxRows),
        explain: optional(
          boolean({ description: "Add the execution plan. Default false; in the spec's dialect true." }),
        ),
      },
      {
        hints: { ...hints, asof: "as_of", snapshot_id: "as_of" },
        example: {
          sql: "SELECT id, name, email FROM users WHERE age > $1",
          params: [{ type: "int4", value: 25 }],
          timeout_ms: 5000,
        },
      },
    ),
  ),
  view: "queryResult",
  streamsRows: true,
  dialectBodyDefaults: { spec: { explain: true } },
  errors: [...COMMON, ...POINT_ERRORS, ...TRANSACTION_ERRORS, "NOT_A_QUERY"],
});

export const execute = operation({
  id: "execute",
  writesRows: true,
  method: "POST",
  path: "/v1/branches/{branch}/execute",
  tag: TAG,
  summary: "Run a statement",
  description:
    "One statement that writes rows or changes the schema, as one commit, or as a part of a transaction. With " +
    "RETURNING, the response has its rows.",
  access: "write",
  rate: "write",
  params: branchPath,
  body: named(
    "ExecuteRequest",
    objectOf(
      {
        sql,
        params: optional(params),
        transaction_id: optional(transactionId),
        timeout_ms: optional(timeout),
        max_rows: optional(maxRows),
      },
      {
        hints,
        example: {
          sql: "INSERT INTO users (id, name, email) VALUES ($1, $2, $3)",
          params: [
            { type: "int4", value: 200 },
            { type: "text", value: "Eve" },
            { type: "text", value: "eve@example.com" },
          ],
        },
      },
    ),
  ),
  view: "executed",
  errors: [...COMMON, ...WRITE, ...TRANSACTION_ERRORS],
});

export const executeBatch = operation({
  id: "executeBatch",
  writesRows: true,
  method: "POST",
  path: "/v1/branches/{branch}/batch",
  tag: TAG,
  summary: "Run several statements as one transaction",
  description:
    "Statements that write rows or change the schema, as one commit: all or none. A SELECT among them sees what those " +
    "before it wrote. If one fails, the error has its position as `statement_index`, from 0 on.",
  access: "write",
  rate: "write",
  params: branchPath,
  body: named(
    "BatchRequest",
    objectOf(
      {
        statements: listOf(named("BatchStatement", objectOf({ sql, params: optional(params) }, { hints })), {
          minItems: 1,
          maxItems: 10_000,
        }),
        message: optional(text({ maxLength: 10_000, description: "Commit message." })),
        transaction_id: optional(transactionId),
        timeout_ms: optional(timeout),
        max_rows: optional(maxRows),
      },
      {
        hints: { ...hints, sql: "statements", queries: "statements" },
        example: {
          statements: [
            { sql: "UPDATE accounts SET balance = balance - $1 WHERE id = $2", params: [100, 1] },
            { sql: "UPDATE accounts SET balance = balance + $1 WHERE id = $2", params: [100, 2] },
          ],
          message: "Transfer",
        },
      },
    ),
  ),
  view: "batch",
  errors: [...COMMON, ...WRITE, ...TRANSACTION_ERRORS],
});
