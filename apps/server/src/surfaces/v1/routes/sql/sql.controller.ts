import { Controller, StreamableFile } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { SqlService } from "../../../../sql/sql.service.js";
import * as operations from "./sql.operations.js";

@Controller()
export class SqlController {
  constructor(private readonly sql: SqlService) {}

  @Operation(operations.query)
  query(@Input() call: Call<typeof operations.query>) {
    const { lines } = call;
    if (!lines) return this.sql.query(call);
    return this.sql.stream(call, lines).then((body) => new StreamableFile(body, { type: lines.contentType }));
  }

  @Operation(operations.execute)
  execute(@Input() call: Call<typeof operations.execute>) {
    return this.sql.execute(call);
  }

  @Operation(operations.executeBatch)
  executeBatch(@Input() call: Call<typeof operations.executeBatch>) {
    return this.sql.batch(call);
  }
}
