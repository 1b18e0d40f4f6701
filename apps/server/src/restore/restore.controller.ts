import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./restore.operations.js";
import { RestoreService } from "./restore.service.js";

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
