import {
  boolean,
  described,
  integer,
  named,
  nullable,
  objectOf,
  optional,
  text,
  withDefault,
  word,
} from "../../../../schema/index.js";
import { operation } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { branchMetadata } from "../../schemas/metadata.js";
import { point } from "../../schemas/point.js";
import { branchName, branchPath, displayName, expiresAt } from "./branches.operations.js";

const TAG = "Branches";

export const updateBranch = operation({
  id: "updateBranch",
  method: "PATCH",
  path: "/v1/branches/{branch}",
  tag: TAG,
  summary: "Change a branch's name or settings",
  description:
    "Fields that are left out change nothing. Changing `is_protected` needs the scope `admin`. `main` keeps its name.",
  access: "write",
  rate: "write",
  params: branchPath,
  body: named(
    "UpdateBranchRequest",
    objectOf(
      {
        name: optional(
          described(
            "New name: 1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit.",
            branchName,
          ),
        ),
        display_name: optional(described("Null removes it.", nullable(displayName))),
        metadata: optional(described("Replaces all present metadata.", branchMetadata)),
        read_only: optional(boolean({ description: "Refuse all writes and merges into the branch." })),
        is_protected: optional(
          boolean({
            description:
              "Refuse direct writes, restores, resets and deletion. Merges into the branch then need the scope `merge`.",
          }),
        ),
        expires_at: optional(described("Null: the branch never expires.", nullable(expiresAt))),
      },
      {
        minProperties: 1,
        hints: {
          new_name: "name",
          protected: "is_protected",
          readonly: "read_only",
          ttl: "expires_at",
          labels: "metadata",
        },
        example: { display_name: "User authentication", metadata: { ticket: "JIRA-1234" } },
      },
    ),
  ),
  view: "branch",
  errors: ["INVALID_BRANCH_NAME", "BRANCH_PROTECTED", "BRANCH_NOT_FOUND", "BRANCH_EXISTS"],
  onBranchItself: true,
});

export const undeleteBranch = operation({
  id: "undeleteBranch",
  method: "POST",
  path: "/v1/branches/{branch}/undelete",
  tag: TAG,
  summary: "Undelete a branch",
  description: "Brings a deleted branch back as it was, as long as retention keeps it.",
  access: "write",
  rate: "write",
  params: objectOf({
    branch: text({
      description: "Id of the branch, since another branch may have its name now.",
      example: "br_7k2m9q4w8x3f6a5b",
    }),
  }),
  bodyOptional: true,
  body: named(
    "UndeleteBranchRequest",
    objectOf(
      { name: optional(described("New name, if another branch has the old one.", branchName)) },
      { hints: { new_name: "name" } },
    ),
  ),
  view: "branch",
  errors: ["INVALID_BRANCH_NAME", "BRANCH_NOT_FOUND", "BRANCH_EXISTS"],
});

export const resetBranch = operation({
  id: "resetBranch",
  method: "POST",
  path: "/v1/branches/{branch}/reset",
  tag: TAG,
  summary: "Reset a branch",
  description:
    "Sets the branch to a state of its parent, or to an earlier state of its own, as if it had been created there. " +
    "The state before stays readable by time. To undo changes with a commit that others can merge, restore the " +
    "branch instead.",
  access: "write",
  rate: "write",
  params: branchPath,
  bodyOptional: true,
  body: named(
    "ResetBranchRequest",
    objectOf(
      {
        to: withDefault(word(["parent", "self"], { description: "Where the state comes from." }), "parent"),
        as_of: optional(described("Point in time of that state. Default now.", point)),
        if_scn: optional(
          integer({ minimum: 0, format: "int64", description: "Fail if the branch has newer commits than this SCN." }),
        ),
        message: optional(text({ maxLength: 10_000, description: "Commit message." })),
      },
      { hints: { snapshot_id: "as_of", at: "as_of", target: "to", source: "to", if_target_scn: "if_scn" } },
    ),
  ),
  view: "branch",
  errors: [...POINT_ERRORS, "BRANCH_NOT_FOUND", "BRANCH_PROTECTED", "BRANCH_READ_ONLY", "TARGET_MOVED"],
  onBranchItself: true,
});
