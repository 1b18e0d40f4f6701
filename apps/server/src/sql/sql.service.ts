import type { QueryResult } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { branchName } from "../branches/branch-name.js";
import type { Call } from "../http/context/request-context.js";
import type { RowLines } from "../http/stream/ndjson-body.js";
import type { LineAnswer } from "../http/stream/ndjson-response.js";
import type * as operations from "../surfaces/v1/routes/sql/sql.operations.js";
import type { Executed } from "./executed.js";
import { SqlLimits } from "./sql-limits.js";

@Injectable()
export class SqlService {
  constructor(private readonly limits: SqlLimits) {}

  query({ database, params, body }: Call<typeof operations.query>): Promise<QueryResult> {
    return database.query({
      branch: params.branch,
      at: body.as_of,
      sql: body.sql,
      params: body.params,
      explain: body.explain,
      maxRows: this.limits.rows(body.max_rows),
      deadlineMs: this.limits.deadline(body.timeout_ms),
    });
  }

  /** The same without a bound on the rows but the request's own, as lines that are sent while the query runs. */
  async stream({ database, params, body }: Call<typeof operations.query>, lines: LineAnswer): Promise<RowLines> {
    const request = {
      branch: params.branch,
      at: body.as_of,
      sql: body.sql,
      params: body.params,
      explain: body.explain,
      maxRows: body.max_rows,
      deadlineMs: this.limits.deadline(body.timeout_ms),
      rows: lines.rowForm,
    };
    return lines.of(await database.streamQuery(request, lines.signal));
  }

  async execute({ database, params, body, identity, effectId }: Call<typeof operations.execute>): Promise<Executed> {
    const result = await database.execute({
      branch: params.branch,
      statements: [{ sql: body.sql, params: body.params }],
      author: identity.userId,
      requestId: effectId,
      maxRows: this.limits.rows(body.max_rows),
      deadlineMs: this.limits.deadline(body.timeout_ms),
    });
    return { branch: await branchName(database, params.branch), result };
  }

  async batch({ database, params, body, identity, effectId }: Call<typeof operations.executeBatch>): Promise<Executed> {
    const result = await database.execute({
      branch: params.branch,
      statements: body.statements,
      author: identity.userId,
      requestId: effectId,
      message: body.message,
      maxRows: this.limits.rows(body.max_rows),
      deadlineMs: this.limits.deadline(body.timeout_ms),
    });
    return { branch: await branchName(database, params.branch), result };
  }
}
