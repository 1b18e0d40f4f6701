import { type AsOf, bodyPoint } from "../arguments/point.js";
import { type RestoreResult, restoreResultOf } from "../results/restore.js";
import type { RepeatableOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

interface RestoreOptions extends RepeatableOptions {
  /** Keep the state before as a branch. Default: true if `backupBranchName` is given. */
  readonly createBackupBranch?: boolean;
  /** Default `<branch>-backup-<scn>`. */
  readonly backupBranchName?: string;
  /** Report the result without changing anything. */
  readonly dryRun?: boolean;
  /** Fail with `TARGET_MOVED` if the branch has a newer commit than this. */
  readonly ifTargetScn?: number;
  /** For the branch's history. */
  readonly message?: string;
}

/** The point in time to restore, or the id or name of a snapshot. */
export type RestoreBranch = RestoreOptions &
  ({ readonly asOf: AsOf; readonly snapshot?: undefined } | { readonly snapshot: string; readonly asOf?: undefined });

/** @internal */
export async function restore(transport: Transport, branch: string, request: RestoreBranch): Promise<RestoreResult> {
  const body = {
    create_backup_branch: request.createBackupBranch,
    backup_branch_name: request.backupBranchName,
    dry_run: request.dryRun,
    if_target_scn: request.ifTargetScn,
    message: request.message,
  };
  const fetch = transport.call({ idempotent: request.dryRun === true }, request);
  if (request.snapshot !== undefined) {
    const path = pathOf({ branch, snapshot: request.snapshot });
    const { data } = await transport.api.POST("/v1/branches/{branch}/restore/{snapshot}", {
      params: { path },
      body,
      fetch,
    });
    return restoreResultOf(bodyOf(data));
  }
  const { data } = await transport.api.POST("/v1/branches/{branch}/restore", {
    params: { path: pathOf({ branch }) },
    body: { as_of: bodyPoint(request.asOf), ...body },
    fetch,
  });
  return restoreResultOf(bodyOf(data));
}
