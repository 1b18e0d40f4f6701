import { described, named, objectOf, optional, text } from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { point } from "../../schemas/point.js";
import { branchPath } from "../branches/branches.operations.js";

const TAG = "Snapshots";

export const snapshotPath = objectOf({
  branch: text({ description: "Name or id of the branch.", example: "main" }),
  snapshot: text({ description: "Id or name of the snapshot.", example: "snap_2a" }),
});

export const listSnapshots = operation({
  id: "listSnapshots",
  method: "GET",
  path: "/v1/branches/{branch}/snapshots",
  tag: TAG,
  summary: "List a branch's snapshots",
  description: "Newest first. Every commit also has a snapshot id, even if it isn't listed.",
  access: "read",
  rate: "read",
  params: branchPath,
  view: "snapshotList",
  errors: ["BRANCH_NOT_FOUND"],
});

export const createSnapshot = operation({
  id: "createSnapshot",
  method: "POST",
  path: "/v1/branches/{branch}/snapshots",
  tag: TAG,
  summary: "Keep a state as a snapshot",
  description:
    "Keeps the branch's state, now or at a point in time, until the snapshot is deleted, whatever retention removes.",
  access: "write",
  rate: "write",
  status: 201,
  params: branchPath,
  bodyOptional: true,
  body: named(
    "CreateSnapshotRequest",
    objectOf(
      {
        as_of: optional(described("Point in time to keep. Default now.", point)),
        name: optional(
          text({
            pattern: "^[A-Za-z0-9_-]{1,100}$",
            description: "Name to use instead of the id. 1 to 100 letters, digits, hyphens and underscores.",
            example: "before-migration",
          }),
        ),
        description: optional(text({ maxLength: 2000, description: "What the snapshot is for." })),
      },
      { hints: { at: "as_of", snapshot_id: "as_of", message: "description", label: "name" } },
    ),
  ),
  view: "snapshot",
  errors: [...POINT_ERRORS, "BRANCH_NOT_FOUND", "SNAPSHOT_EXISTS"],
});

export const deleteSnapshot = operation({
  id: "deleteSnapshot",
  method: "DELETE",
  path: "/v1/branches/{branch}/snapshots/{snapshot}",
  tag: TAG,
  summary: "Delete a snapshot",
  description: "Returns the deleted snapshot. Its state stays readable as long as retention keeps it.",
  access: "write",
  rate: "write",
  params: snapshotPath,
  view: "snapshot",
  errors: ["BRANCH_NOT_FOUND", "SNAPSHOT_NOT_FOUND"],
});
