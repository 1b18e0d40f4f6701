import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { RetentionService } from "../../../../retention/retention.service.js";
import * as operations from "./retention.operations.js";

@Controller()
export class RetentionController {
  constructor(private readonly retention: RetentionService) {}

  @Operation(operations.getRetention)
  getRetention(@Input() { caller }: Input<typeof operations.getRetention>) {
    return this.retention.get(caller);
  }

  @Operation(operations.setRetention)
  setRetention(@Input() { caller, body }: Input<typeof operations.setRetention>) {
    return this.retention.set(caller, {
      ...(body.history_seconds !== undefined && { historyMs: millis(body.history_seconds) }),
      ...(body.history_bytes !== undefined && { historyBytes: body.history_bytes }),
      ...(body.deleted_seconds !== undefined && { deletedMs: body.deleted_seconds * 1000 }),
    });
  }
}

function millis(seconds: number | null): number | null {
  return seconds === null ? null : seconds * 1000;
}
