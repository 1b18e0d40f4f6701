import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { RestoreService } from "../../../../restore/restore.service.js";
import * as operations from "./restore.operations.js";

@Controller()
export class RestoreController {
  constructor(private readonly restores: RestoreService) {}

  @Operation(operations.restoreBranch)
  restoreBranch(@Input() call: Call<typeof operations.restoreBranch>) {
    return this.restores.toMoment(call);
  }

  @Operation(operations.restoreSnapshot)
  restoreSnapshot(@Input() call: Call<typeof operations.restoreSnapshot>) {
    return this.restores.toSnapshot(call);
  }
}
