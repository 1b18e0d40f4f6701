import type { HeliosDBClient } from "@heliosdb/client";
import type { Encoder } from "./encoder.js";
import { isInHistory } from "./resume.js";
import type { Sink } from "./sink.js";

const REFUSALS = new Set([
  "UNIQUE_VIOLATION",
  "FOREIGN_KEY_VIOLATION",
  "NOT_NULL_VIOLATION",
  "CHECK_VIOLATION",
  "TYPE_MISMATCH",
  "SQL_ERROR",
  "SQL_NAME_NOT_FOUND",
  "SQL_NOT_ALLOWED",
  "INVALID_SQL",
  "NOT_A_STATEMENT",
  "PARAM_COUNT",
  "TRANSACTION_CONTROL",
]);

/** Runs statements, those of a batch as one commit. */
export function scriptSink(client: HeliosDBClient, branch: string): Sink {
  /** Statements before those of the last request. */
  let before = 0;
  return {
    refusals: REFUSALS,
    has: (scn) => isInHistory(client, branch, scn),
    refused({ details }) {
      const index = details.statement_index;
      return typeof index === "number" && index >= before ? index - before : null;
    },
    async send(_batch, { from, to }, joined, { message, key, after }) {
      const rows = JSON.parse(`[${joined}]`) as [sql: string, unchecked: boolean][];
      const statements = rows.map(([sql]) => sql);
      before = rows.some(([, unchecked]) => unchecked) ? 1 : 0;
      if (before === 1) statements.unshift("PRAGMA foreign_keys = OFF");
      const { scn } = await client.sql.batch(statements, {
        branch,
        message,
        idempotencyKey: key,
        idempotencyAfter: after,
      });
      return { rows: to - from, scn };
    },
  };
}

export const statementEncoder: Encoder = {
  encode: (values) => JSON.stringify(values),
  tagged: new Set(),
  reset: () => {},
};
