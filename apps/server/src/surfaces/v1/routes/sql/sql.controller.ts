import { Controller, StreamableFile } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
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
  async query(@Input() { caller, params, body, stream }: Input<typeof operations.query>) {
    const request = {
      branch: params.branch,
      at: body.as_of,
      sql: body.sql,
      params: body.params,
      explain: body.explain,
      deadlineMs: this.limits.deadline("timeout_ms", body.timeout_ms),
    };
    if (!stream) {
      return this.sql.query(caller, { ...request, maxRows: this.limits.rows("max_rows", body.max_rows) });
    }
    // A stream is bounded by its client alone.
    const unbounded = { ...request, maxRows: body.max_rows, rows: stream.rowForm };
    const rows = await this.sql.stream(caller, unbounded, stream.signal);
    return new StreamableFile(stream.of(rows), { type: stream.contentType });
  }

  @Operation(operations.execute)
  async execute(@Input() { caller, params, body }: Input<typeof operations.execute>) {
    const statements = [{ sql: body.sql, params: body.params }];
    return this.sql.execute(caller, { branch: params.branch, statements, ...this.bounds(body) });
  }

  @Operation(operations.executeBatch)
  async executeBatch(@Input() { caller, params, body }: Input<typeof operations.executeBatch>) {
    const { statements, message } = body;
    return this.sql.execute(caller, { branch: params.branch, statements, message, ...this.bounds(body) });
  }

  private bounds({ max_rows, timeout_ms }: { readonly max_rows?: number; readonly timeout_ms?: number }) {
    return {
      maxRows: this.limits.rows("max_rows", max_rows),
      deadlineMs: this.limits.deadline("timeout_ms", timeout_ms),
    };
  }
}
