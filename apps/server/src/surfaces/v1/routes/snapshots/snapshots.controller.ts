import { Controller } from "@nestjs/common";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import { SnapshotsService } from "../../../../snapshots/snapshots.service.js";
import * as operations from "./snapshots.operations.js";

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
