import { type PointInTime, type RestoreRequest, snapshotScn } from "@heliosdb/port";
import { Injectable } from "@nestjs/common";
import { branchName } from "../branches/branch-name.js";
import { ApiError } from "../errors/api-error.js";
import type { Call } from "../http/context/request-context.js";
import type * as operations from "../surfaces/v1/routes/restore/restore.operations.js";
import type { RestoreOutcome } from "./restore-outcome.js";

type SnapshotCall = Call<typeof operations.restoreSnapshot>;
type Options = SnapshotCall["body"];

@Injectable()
export class RestoreService {
  toMoment(call: Call<typeof operations.restoreBranch>): Promise<RestoreOutcome> {
    return restore(call, call.body.as_of, call.body);
  }

  async toSnapshot(call: SnapshotCall): Promise<RestoreOutcome> {
    return restore(call, { kind: "snapshot", id: await snapshotIdOf(call) }, call.body);
  }
}

/** An id names any commit; a name is one of the branch's snapshots. */
async function snapshotIdOf({ database, params }: SnapshotCall): Promise<string> {
  if (snapshotScn(params.snapshot) !== null) return params.snapshot;
  const kept = await database.listSnapshots(params.branch);
  return kept.find(({ name }) => name === params.snapshot)?.id ?? params.snapshot;
}

async function restore(
  {
    database,
    params,
    identity,
    effectId,
  }: Pick<SnapshotCall, "database" | "identity" | "effectId"> & { params: { branch: string } },
  at: PointInTime,
  options: Options | undefined,
): Promise<RestoreOutcome> {
  const result = await database.restore({
    branch: params.branch,
    at,
    backup: backupOf(options),
    dryRun: options?.dry_run,
    ifScn: options?.if_target_scn,
    message: options?.message,
    author: identity.userId,
    requestId: effectId,
  });
  return { branch: await branchName(database, params.branch), result };
}

function backupOf(options: Options | undefined): RestoreRequest["backup"] {
  const name = options?.backup_branch_name;
  if (options?.create_backup_branch === false && name !== undefined) {
    throw new ApiError("FIELD_CONFLICT", "'backup_branch_name' names a branch that 'create_backup_branch' refuses", {
      fields: ["create_backup_branch", "backup_branch_name"],
    });
  }
  return options?.create_backup_branch || name !== undefined ? { name } : undefined;
}
