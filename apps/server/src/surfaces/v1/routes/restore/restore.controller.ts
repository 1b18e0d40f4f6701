import { Controller } from "@nestjs/common";
import { ApiError } from "../../../../errors/api-error.js";
import { Input, Operation } from "../../../../http/stream/handler.js";
import { type Restore, RestoreService } from "../../../../restore/restore.service.js";
import * as operations from "./restore.operations.js";

type Options = Input<typeof operations.restoreSnapshot>["body"];

@Controller()
export class RestoreController {
  constructor(private readonly restores: RestoreService) {}

  @Operation(operations.restoreBranch)
  async restoreBranch(@Input() { caller, params, body }: Input<typeof operations.restoreBranch>) {
    return this.restores.toPoint(caller, { ...requestOf(params.branch, body), at: body.as_of });
  }

  @Operation(operations.restoreSnapshot)
  async restoreSnapshot(@Input() { caller, params, body }: Input<typeof operations.restoreSnapshot>) {
    return this.restores.toSnapshot(caller, params.snapshot, requestOf(params.branch, body));
  }
}

function requestOf(branch: string, options: Options | undefined): Omit<Restore, "at"> {
  return {
    branch,
    backup: backupOf(options),
    dryRun: options?.dry_run,
    ifScn: options?.if_target_scn,
    message: options?.message,
  };
}

function backupOf(options: Options | undefined): Restore["backup"] {
  const name = options?.backup_branch_name;
  if (options?.create_backup_branch === false && name !== undefined) {
    throw new ApiError(
      "FIELD_CONFLICT",
      "'backup_branch_name' names a branch, but 'create_backup_branch' is false. Leave out one of the two.",
      {
        fields: ["create_backup_branch", "backup_branch_name"],
      },
    );
  }
  return options?.create_backup_branch || name !== undefined ? { name } : undefined;
}
