import { Controller } from "@nestjs/common";
import { HistoryService } from "../../../../history/history.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./history.operations.js";

@Controller()
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Operation(operations.getHistory)
  getHistory(@Input() call: Call<typeof operations.getHistory>) {
    return this.history.commits(call);
  }

  @Operation(operations.getRowHistory)
  getRowHistory(@Input() call: Call<typeof operations.getRowHistory>) {
    return this.history.row(call);
  }
}
