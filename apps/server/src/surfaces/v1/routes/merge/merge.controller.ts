import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { MergeService } from "../../../../merge/merge.service.js";
import * as operations from "./merge.operations.js";

@Controller()
export class MergeController {
  constructor(private readonly merges: MergeService) {}

  @Operation(operations.mergeBranch)
  mergeBranch(@Input() call: Call<typeof operations.mergeBranch>) {
    return this.merges.merge(call);
  }
}
