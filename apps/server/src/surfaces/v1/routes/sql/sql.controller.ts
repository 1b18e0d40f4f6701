import type { JsonStreamRequest } from "@heliosdb/port";
import { Controller, StreamableFile } from "@nestjs/common";
import type { Caller } from "../../../../auth/caller.js";
import { ApiError } from "../../../../errors/api-error.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import type { RowStreamResponse } from "../../../../http/stream/row-stream-response.js";
import { SqlService } from "../../../../sql/sql.service.js";
import { SqlLimits } from "../../../../sql/sql-limits.js";
import { TransactionsService } from "../../../../transactions/transactions.service.js";
import { noteIn } from "../transactions/note.js";
import { queryRequest } from "./query-request.js";
import * as operations from "./sql.operations.js";

@Controller()
export class SqlController {
  constructor(
    private readonly sql: SqlService,
    private readonly limits: SqlLimits,
    private readonly transactions: TransactionsService,
  ) {}

  @Operation(operations.query)
  query(@Input() { caller, params, body, rowForm, stream, context }: Input<typeof operations.query>) {
    if (body.transaction_id !== undefined && stream) {
      throw new ApiError("FIELD_CONFLICT", "Rows can't be streamed from a transaction. Ask for JSON.", {
        fields: ["transaction_id"],
      });
    }
    const request = queryRequest(this.limits, params.branch, body, rowForm, stream !== null);
    if (stream) return this.streamed(caller, request, stream);
    if (body.transaction_id === undefined) return this.sql.queryJson(caller, request);
    const within = this.transactions.within(caller, params.branch, body.transaction_id, noteIn(context), {
      as_of: body.as_of,
    });
    return this.sql.queryJson(within, request);
  }

  @Operation(operations.execute)
  execute(@Input() { caller, params, body, context }: Input<typeof operations.execute>) {
    const within = this.transactions.within(caller, params.branch, body.transaction_id, noteIn(context));
    return this.sql.execute(within, {
      branch: params.branch,
      statements: [{ sql: body.sql, params: body.params }],
      maxRows: this.limits.rows("max_rows", body.max_rows),
      deadlineMs: this.limits.deadline("timeout_ms", body.timeout_ms),
    });
  }

  @Operation(operations.executeBatch)
  executeBatch(@Input() { caller, params, body, context }: Input<typeof operations.executeBatch>) {
    const within = this.transactions.within(caller, params.branch, body.transaction_id, noteIn(context), {
      message: body.message,
    });
    return this.sql.execute(within, {
      branch: params.branch,
      statements: body.statements,
      queries: true,
      message: body.message,
      maxRows: this.limits.rows("max_rows", body.max_rows),
      deadlineMs: this.limits.deadline("timeout_ms", body.timeout_ms),
    });
  }

  private async streamed(caller: Caller, request: JsonStreamRequest, stream: RowStreamResponse) {
    const rows = await this.sql.stream(caller, request, stream.signal);
    return new StreamableFile(stream.of(rows), { type: stream.contentType });
  }
}
