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
  description: "Those that are kept, newest first. Every commit can be named as a snapshot all the same.",
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
  description: "The branch now, or at a moment, for as long as the snapshot stands, whatever retention removes.",
  access: "write",
  rate: "write",
  status: 201,
  params: branchPath,
  bodyOptional: true,
  body: named(
    "CreateSnapshotRequest",
    objectOf(
      {
        as_of: optional(described("The moment to keep. Default now.", point)),
        name: optional(
          text({
            pattern: "^[A-Za-z0-9_-]{1,100}$",
            description:
              "Deleting and restoring take it in place of the id. 1 to 100 letters, digits, hyphens and underscores.",
            example: "before-migration",
          }),
        ),
        description: optional(text({ maxLength: 2000 })),
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
  summary: "Stop keeping a snapshot",
  description: "Answers with the snapshot as it was. The state stays readable for as long as retention keeps it.",
  access: "write",
  rate: "write",
  params: snapshotPath,
  view: "snapshot",
  errors: ["BRANCH_NOT_FOUND", "SNAPSHOT_NOT_FOUND"],
});
