import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./merge.operations.js";
import { MergeService } from "./merge.service.js";

@Controller()
export class MergeController {
  constructor(private readonly merges: MergeService) {}

  @Operation(operations.mergeBranch)
  mergeBranch(@Input() call: Call<typeof operations.mergeBranch>) {
    return this.merges.merge(call);
  }
}
