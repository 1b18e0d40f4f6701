import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./snapshots.operations.js";
import { SnapshotsService } from "./snapshots.service.js";

@Controller()
export class SnapshotsController {
  constructor(private readonly snapshots: SnapshotsService) {}

  @Operation(operations.listSnapshots)
  listSnapshots(@Input() call: Call<typeof operations.listSnapshots>) {
    return this.snapshots.list(call);
  }

  @Operation(operations.createSnapshot)
  createSnapshot(@Input() call: Call<typeof operations.createSnapshot>) {
    return this.snapshots.create(call);
  }

  @Operation(operations.deleteSnapshot)
  deleteSnapshot(@Input() call: Call<typeof operations.deleteSnapshot>) {
    return this.snapshots.delete(call);
  }
}
