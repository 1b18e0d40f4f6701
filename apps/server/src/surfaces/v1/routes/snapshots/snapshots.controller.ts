import { Controller } from "@nestjs/common";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { SnapshotsService } from "../../../../snapshots/snapshots.service.js";
import * as operations from "./snapshots.operations.js";

@Controller()
export class SnapshotsController {
  constructor(private readonly snapshots: SnapshotsService) {}

  @Operation(operations.listSnapshots)
  listSnapshots(@Input() { caller, params }: Input<typeof operations.listSnapshots>) {
    return this.snapshots.list(caller, params.branch);
  }

  @Operation(operations.createSnapshot)
  createSnapshot(@Input() { caller, params, body }: Input<typeof operations.createSnapshot>) {
    const { as_of, name, description } = body ?? {};
    return this.snapshots.create(caller, { branch: params.branch, at: as_of, name, description });
  }

  @Operation(operations.deleteSnapshot)
  deleteSnapshot(@Input() { caller, params }: Input<typeof operations.deleteSnapshot>) {
    return this.snapshots.delete(caller, params);
  }
}
