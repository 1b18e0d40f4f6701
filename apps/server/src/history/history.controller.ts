import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./history.operations.js";
import { HistoryService } from "./history.service.js";

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
