import { HeliosError, type Rows, writeJsonRows } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { allows } from "../../../access/scopes.js";
import type { Caller } from "../../../auth/caller.js";
import { lacking } from "../../../auth/lacking.js";
import { ApiError } from "../../../errors/api-error.js";
import { SqlService } from "../../../sql/sql.service.js";
import { SqlLimits } from "../../../sql/sql-limits.js";
import { ShowRunner } from "../show/show-runner.js";
import { parseShow } from "../show/show-statement.js";
import { type Place, placeOf } from "../statement/database-ref.js";
import { failedStatement } from "../statement/failed-statement.js";
import { intentOf } from "../statement/intent.js";
import type { Outcome, RowsOutcome } from "../statement/outcome.js";

/** The document's limit; the server's own may be lower. */
export const MOST_ROWS = 10_000;

/** Runs one statement, whatever it is. */
@Injectable()
export class StatementRunner {
  private readonly maxRows: number;

  constructor(
    private readonly sql: SqlService,
    private readonly show: ShowRunner,
    limits: SqlLimits,
  ) {
    this.maxRows = Math.min(MOST_ROWS, limits.maxRows);
  }

  /**
   * @param database `name` or `name@point`; null for the default branch
   * Throws what `failedStatement` makes of an error.
   */
  async run(caller: Caller, sql: string, database: string | null): Promise<Outcome> {
    const intent = intentOf(sql);
    let reads = intent.reads;
    try {
      if (intent.verb === "SHOW" || intent.verb === "DESCRIBE") {
        return await this.show.run(caller, parseShow(sql), database, this.maxRows);
      }
      const place = placeOf(database);
      const inOrder = reads ? ([true, false] as const) : ([false, true] as const);
      try {
        return await this.attempt(caller, sql, place, inOrder[0]);
      } catch (error) {
        if (!isOther(error, inOrder[0])) throw error;
      }
      // The engine has said that it is of the other kind, unless it explains a statement that writes.
      reads = inOrder[1] || intent.verb === "EXPLAIN";
      return await this.attempt(caller, sql, place, inOrder[1]);
    } catch (error) {
      throw failedStatement(error, reads ? "query failed" : "execute failed");
    }
  }

  private attempt(caller: Caller, sql: string, place: Place, asQuery: boolean): Promise<Outcome> {
    return asQuery ? this.query(caller, sql, place) : this.write(caller, sql, place);
  }

  private async query(caller: Caller, sql: string, { branch, at }: Place): Promise<RowsOutcome> {
    const request = { branch, sql, rows: "arrays", maxRows: this.maxRows, ...(at && { at }) } as const;
    const { columns, json, rowCount, truncated } = await this.sql.queryJson(caller, request);
    const names = columns.map(({ name }) => name);
    return { kind: "rows", columns: names, json, total: rowCount, truncated, scn: null };
  }

  private async write(caller: Caller, sql: string, { branch, at }: Place): Promise<Outcome> {
    if (!allows(caller.identity.scopes, "write")) throw lacking("write");
    if (at) throw new ApiError("BRANCH_READ_ONLY", "An earlier point in time can't be written to.");
    const { result } = await this.sql.execute(caller, { branch, statements: [{ sql }], maxRows: this.maxRows });
    const [{ affectedRows, returning } = { affectedRows: 0 }] = result.results;
    if (returning) return rowsOutcome(returning, result.scn);
    return { kind: "affected", affectedRows, scn: result.scn };
  }
}

function rowsOutcome({ columns, rows, truncated }: Rows, scn: number): RowsOutcome {
  const names = columns.map(({ name }) => name);
  return {
    kind: "rows",
    columns: names,
    json: writeJsonRows(columns, rows, "arrays"),
    total: rows.length,
    truncated,
    scn,
  };
}

/** Whether a statement was refused for being of the other kind than it was tried as. */
function isOther(error: unknown, asQuery: boolean): boolean {
  return error instanceof HeliosError && error.code === (asQuery ? "NOT_A_QUERY" : "NOT_A_STATEMENT");
}
