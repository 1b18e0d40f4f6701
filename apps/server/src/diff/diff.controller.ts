import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./diff.operations.js";
import { DiffService } from "./diff.service.js";

@Controller()
export class DiffController {
  constructor(private readonly diffs: DiffService) {}

  @Operation(operations.getDiff)
  getDiff(@Input() call: Call<typeof operations.getDiff>) {
    return this.diffs.compare(call);
  }
}
