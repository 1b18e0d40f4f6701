import type { ErrorCode } from "../../../../errors/error-table.js";
import { boolean, described, integer, named, objectOf, optional, text, withDefault } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { point } from "../../schemas/point.js";
import { branchPath } from "../branches/branches.operations.js";
import { snapshotPath } from "../snapshots/snapshots.operations.js";

const TAG = "Snapshots";

const common = {
  create_backup_branch: optional(
    boolean({ description: "Keep the current state as a branch. Default: true if `backup_branch_name` is given." }),
  ),
  backup_branch_name: optional(
    text({ description: "Name of that branch. Default `<branch>-backup-<scn>`.", example: "backup-before-restore" }),
  ),
  dry_run: withDefault(boolean({ description: "Report what would change, but change nothing." }), false),
  if_target_scn: optional(
    integer({ minimum: 0, format: "int64", description: "Fail if the branch has newer commits than this SCN." }),
  ),
  message: optional(text({ maxLength: 10_000, description: "Commit message." })),
};
const hints = {
  backup: "create_backup_branch",
  backup_name: "backup_branch_name",
  backup_branch: "backup_branch_name",
  if_scn: "if_target_scn",
};

const RESTORE_ERRORS: readonly ErrorCode[] = [
  ...POINT_ERRORS,
  "INVALID_BRANCH_NAME",
  "BRANCH_READ_ONLY",
  "BRANCH_PROTECTED",
  "BRANCH_NOT_FOUND",
  "QUERY_TIMEOUT",
  "BRANCH_EXISTS",
  "EXTERNAL_CHANGE",
  "TARGET_MOVED",
  "TABLE_NOT_VERSIONED",
  "RESOURCE_LIMIT",
];

export const restoreBranch = operation({
  id: "restoreBranch",
  method: "POST",
  path: "/v1/branches/{branch}/restore",
  tag: TAG,
  summary: "Restore a branch to a point in time",
  description:
    "Restores rows and schema, as one commit. Everything after that point in time stays in the history, so a restore " +
    "can be undone by another.",
  access: "write",
  rate: "heavyWrite",
  params: branchPath,
  body: named(
    "RestoreRequest",
    objectOf(
      { as_of: described("The point in time to restore.", point), ...common },
      { hints: { ...hints, at: "as_of", snapshot_id: "as_of", to: "as_of" } },
    ),
  ),
  view: "restored",
  errors: RESTORE_ERRORS,
});

export const restoreSnapshot = operation({
  id: "restoreSnapshot",
  method: "POST",
  path: "/v1/branches/{branch}/restore/{snapshot}",
  tag: TAG,
  summary: "Restore a branch to a snapshot",
  description: "Restores the state of a snapshot, or of any commit by its snapshot id.",
  access: "write",
  rate: "heavyWrite",
  params: snapshotPath,
  bodyOptional: true,
  body: named("RestoreSnapshotRequest", objectOf(common, { hints })),
  view: "restored",
  errors: RESTORE_ERRORS,
});
