import { Controller } from "@nestjs/common";
import { BackupsService } from "../../../../backups/backups.service.js";
import type { Call } from "../../../../http/context/request-context.js";
import { Input, Operation } from "../../../../http/surface/decorators.js";
import * as operations from "./backups.operations.js";

@Controller()
export class BackupsController {
  constructor(private readonly backups: BackupsService) {}

  @Operation(operations.createBackup)
  createBackup(@Input() call: Call<typeof operations.createBackup>) {
    return this.backups.create(call);
  }

  @Operation(operations.listBackups)
  listBackups(@Input() call: Call<typeof operations.listBackups>) {
    return this.backups.list(call);
  }
}
