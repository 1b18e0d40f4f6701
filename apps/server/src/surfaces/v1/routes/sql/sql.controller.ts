import type { JsonStreamRequest } from "@heliosdb/port";
import { Controller, StreamableFile } from "@nestjs/common";
import type { Caller } from "../../../../auth/caller.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import type { RowStreamResponse } from "../../../../http/stream/row-stream-response.js";
import { SqlService } from "../../../../sql/sql.service.js";
import { SqlLimits } from "../../../../sql/sql-limits.js";
import * as operations from "./sql.operations.js";

@Controller()
export class SqlController {
  constructor(
    private readonly sql: SqlService,
    private readonly limits: SqlLimits,
  ) {}

  @Operation(operations.query)
  query(@Input() { caller, params, body, rowForm, stream }: Input<typeof operations.query>) {
    // One literal: this is made for each query, and V8 is slow at spreading objects into others.
    const request = {
      branch: params.branch,
      at: body.as_of,
      sql: body.sql,
      params: body.params,
      explain: body.explain,
      deadlineMs: this.limits.deadline("timeout_ms", body.timeout_ms),
      rows: rowForm,
      // A stream is limited only by its client.
      maxRows: stream ? body.max_rows : this.limits.rows("max_rows", body.max_rows),
    };
    return stream ? this.streamed(caller, request, stream) : this.sql.queryJson(caller, request);
  }

  @Operation(operations.execute)
  execute(@Input() { caller, params, body }: Input<typeof operations.execute>) {
    return this.sql.execute(caller, {
      branch: params.branch,
      statements: [{ sql: body.sql, params: body.params }],
      maxRows: this.limits.rows("max_rows", body.max_rows),
      deadlineMs: this.limits.deadline("timeout_ms", body.timeout_ms),
    });
  }

  @Operation(operations.executeBatch)
  executeBatch(@Input() { caller, params, body }: Input<typeof operations.executeBatch>) {
    return this.sql.execute(caller, {
      branch: params.branch,
      statements: body.statements,
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
