import type { HeliosDBClient } from "@heliosdb/client";
import type { OnConflict } from "../table/match.js";
import type { Column, Table } from "../table/target.js";
import { insertSql } from "./insert-sql.js";
import { isInHistory } from "./resume.js";
import type { Sink } from "./sink.js";

export interface RowTarget {
  readonly branch: string;
  readonly table: Table;
  readonly columns: readonly Column[];
  readonly onConflict: OnConflict;
}

const REFUSALS = new Set([
  "UNIQUE_VIOLATION",
  "FOREIGN_KEY_VIOLATION",
  "NOT_NULL_VIOLATION",
  "CHECK_VIOLATION",
  "TYPE_MISMATCH",
  "SQL_ERROR",
]);

/** Inserts rows into a table: one statement, whose parameter is the JSON of all rows. */
export function rowSink(client: HeliosDBClient, { branch, table, columns, onConflict }: RowTarget): Sink {
  return {
    refusals: REFUSALS,
    has: (scn) => isInHistory(client, branch, scn),
    refused: () => null,
    async send({ tagged }, _range, joined, { message, key, after }) {
      const statement = { sql: insertSql(table, columns, tagged, onConflict), params: [`[${joined}]`] };
      const { results, scn } = await client.sql.batch([statement], {
        branch,
        message,
        idempotencyKey: key,
        idempotencyAfter: after,
      });
      return { rows: results[0]!.affectedRows, scn };
    },
  };
}
