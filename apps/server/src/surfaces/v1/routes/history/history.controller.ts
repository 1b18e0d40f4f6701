import { Controller } from "@nestjs/common";
import { HistoryService } from "../../../../history/history.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./history.operations.js";

@Controller()
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Operation(operations.getHistory)
  getHistory(@Input() { caller, params, query }: Input<typeof operations.getHistory>) {
    const { kind, ...same } = query;
    return this.history.commits(caller, { ...same, branch: params.branch, kinds: kind });
  }

  @Operation(operations.getRowHistory)
  getRowHistory(@Input() { caller, params, query }: Input<typeof operations.getRowHistory>) {
    const { key, limit, cursor } = query;
    return this.history.row(caller, { branch: params.branch, table: params.table, key, limit, before: cursor });
  }
}
