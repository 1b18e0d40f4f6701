import { Controller } from "@nestjs/common";
import { BackupsService } from "../../../../backups/backups.service.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import * as operations from "./backups.operations.js";

@Controller()
export class BackupsController {
  constructor(private readonly backups: BackupsService) {}

  @Operation(operations.createBackup)
  createBackup(@Input() { caller, body }: Input<typeof operations.createBackup>) {
    return this.backups.create(caller, body?.name);
  }

  @Operation(operations.listBackups)
  listBackups(@Input() { caller }: Input<typeof operations.listBackups>) {
    return this.backups.list(caller);
  }
}
