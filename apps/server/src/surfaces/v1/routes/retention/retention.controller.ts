import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { RetentionService } from "../../../../retention/retention.service.js";
import * as operations from "./retention.operations.js";

@Controller()
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  @Operation(operations.getRetention)
  getRetention(@Input() call: Call<typeof operations.getRetention>) {
    return this.retention.get(call);
  }

  @Operation(operations.setRetention)
  setRetention(@Input() call: Call<typeof operations.setRetention>) {
    return this.retention.set(call);
  }
}
