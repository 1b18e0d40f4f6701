import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { MergeService } from "../../../../merge/merge.service.js";
import * as operations from "./merge.operations.js";

@Controller()
export class MergeController {
  constructor(private readonly merges: MergeService) {}

  @Operation(operations.mergeBranch)
  mergeBranch(@Input() { caller, params, body }: Input<typeof operations.mergeBranch>) {
    return this.merges.merge(caller, {
      source: params.branch,
      target: body.target,
      strategy: body.strategy,
      dryRun: body.dry_run,
      ifTargetScn: body.if_target_scn,
      deleteSource: body.delete_source_after_merge,
      resolutions: body.resolutions,
      message: body.merge_message,
    });
  }
}
