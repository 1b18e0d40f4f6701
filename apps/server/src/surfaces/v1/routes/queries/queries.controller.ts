import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { QueriesService } from "../../../../queries/queries.service.js";
import * as operations from "./queries.operations.js";

@Controller()
export class QueriesController {
  constructor(private readonly queries: QueriesService) {}

  @Operation(operations.listQueries)
  listQueries(@Input() { caller }: Input<typeof operations.listQueries>) {
    return this.queries.list(caller);
  }

  @Operation(operations.cancelQuery)
  cancelQuery(@Input() { caller, params }: Input<typeof operations.cancelQuery>) {
    return this.queries.cancel(caller, params.query);
  }
}
