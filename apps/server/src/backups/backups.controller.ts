import { Controller } from "@nestjs/common";
import type { Call } from "../edge/call.js";
import { Input, Operation } from "../operations/decorators.js";
import * as operations from "./backups.operations.js";
import { BackupsService } from "./backups.service.js";

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
