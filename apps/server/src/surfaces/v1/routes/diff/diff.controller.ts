import { Controller } from "@nestjs/common";
import { DiffService } from "../../../../diff/diff.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./diff.operations.js";

@Controller()
export class DiffController {
  constructor(private readonly diffs: DiffService) {}

  @Operation(operations.getDiff)
  getDiff(@Input() call: Call<typeof operations.getDiff>) {
    return this.diffs.compare(call);
  }
}
