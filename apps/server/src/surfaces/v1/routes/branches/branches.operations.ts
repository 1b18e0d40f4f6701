import {
  boolean,
  booleanParameter,
  described,
  integerParameter,
  named,
  objectOf,
  optional,
  text,
  withDefault,
  word,
} from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { POINT_ERRORS } from "../../operation/point-errors.js";
import { branchMetadata } from "../../schemas/metadata.js";
import { point } from "../../schemas/point.js";
import { time } from "../../schemas/time.js";

const TAG = "Branches";

export const branchPath = objectOf({
  branch: text({ description: "Name or id of the branch.", example: "main" }),
});

export const branchName = text({
  description: "1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit.",
  example: "feature-user-auth",
});
export const displayName = text({
  maxLength: 200,
  description: "Display name, of any characters.",
  example: "User authentication",
});
export const expiresAt = described("When the branch expires and is deleted. A time in the future.", time);

export const listBranches = operation({
  id: "listBranches",
  method: "GET",
  path: "/v1/branches",
  tag: TAG,
  summary: "List branches",
  description:
    "Without parameters, the tutorial's dialect lists all branches except deleted ones, oldest first; the spec's " +
    "also lists deleted ones, 20 per page, newest first.",
  access: "read",
  rate: "read",
  query: queryOf(
    {
      status: optional(
        word(["all", "active", "merged", "deleted"], {
          description: "Which branches. `deleted`: those that can still be undeleted. `all` includes them.",
        }),
      ),
      page: optional(integerParameter({ description: "1-based.", minimum: 1, maximum: 1_000_000 })),
      limit: optional(integerParameter({ description: "Branches per page.", minimum: 1, maximum: 100 })),
      sort: optional(word(["created_at", "updated_at", "name"], { description: "Default `created_at`." })),
      order: optional(word(["asc", "desc"], { description: "Default `asc`; in the spec's dialect `desc`." })),
      include_changes: optional(
        booleanParameter({
          description:
            "Add the number of rows that each branch changed since its fork. Default in the spec's dialect: true.",
        }),
      ),
    },
    { order_by: "sort", offset: "page", per_page: "limit", state: "status", include_stats: "include_changes" },
  ),
  view: "branchList",
  dialectDefaults: {
    spec: { status: "all", page: 1, limit: 20, sort: "created_at", order: "desc", include_changes: true },
  },
});

export const createBranch = operation({
  id: "createBranch",
  method: "POST",
  path: "/v1/branches",
  tag: TAG,
  summary: "Create a branch",
  description:
    "Forks from the newest state of the parent, or from any point in time of the parent's history. Copies nothing.",
  access: "write",
  rate: "branch",
  status: 201,
  body: named(
    "CreateBranchRequest",
    objectOf(
      {
        name: branchName,
        parent: optional(text({ description: "Name or id of the parent. Default `main`.", example: "main" })),
        snapshot_id: optional(described("Point in time of the parent to fork from. Default now.", point)),
        display_name: optional(displayName),
        metadata: optional(branchMetadata),
        expires_at: optional(expiresAt),
        options: optional(
          named(
            "BranchOptions",
            objectOf({
              read_only: withDefault(boolean({ description: "Refuse all writes and merges into the branch." }), false),
              isolated: withDefault(
                boolean({ description: "When false, the branch follows its parent's head until its first write." }),
                true,
              ),
            }),
          ),
        ),
      },
      {
        aliases: { source_branch: "parent", as_of: "snapshot_id" },
        hints: {
          branch: "name",
          from: "parent",
          source: "parent",
          timestamp: "snapshot_id",
          at: "snapshot_id",
          ttl: "expires_at",
          description: "display_name",
          labels: "metadata",
          read_only: "options",
          isolated: "options",
        },
      },
    ),
  ),
  view: "branch",
  errors: [...POINT_ERRORS, "INVALID_BRANCH_NAME", "BRANCH_NOT_FOUND", "BRANCH_EXISTS"],
});

export const getBranch = operation({
  id: "getBranch",
  method: "GET",
  path: "/v1/branches/{branch}",
  tag: TAG,
  summary: "Get a branch",
  description: "By default, the specification's dialect includes the statistics and finds a deleted branch by its id.",
  access: "read",
  rate: "read",
  params: branchPath,
  query: queryOf(
    {
      include_stats: optional(
        booleanParameter({
          description:
            "Add sizes, changes since the fork, and how far the branch and its parent diverge. Takes longer.",
        }),
      ),
      include_history: optional(booleanParameter({ description: "Add the newest 10 commits." })),
      include_deleted: optional(
        booleanParameter({
          description: "Also find a deleted branch by its id, as long as it can be undeleted.",
        }),
      ),
    },
    { stats: "include_stats", details: "include_stats", history: "include_history", deleted: "include_deleted" },
  ),
  view: "branch",
  dialectDefaults: { spec: { include_stats: true, include_deleted: true } },
  errors: ["BRANCH_NOT_FOUND"],
});

export const deleteBranch = operation({
  id: "deleteBranch",
  method: "DELETE",
  path: "/v1/branches/{branch}",
  tag: TAG,
  summary: "Delete a branch",
  description:
    "`main`, protected branches and branches that others fork from can't be deleted. The name is free at once. The " +
    "branch can be undeleted by its id as long as retention keeps it.",
  access: "write",
  rate: "write",
  params: branchPath,
  query: queryOf({
    force: withDefault(
      booleanParameter({
        description:
          "Delete the branch even if transactions are open on it, which are rolled back. Otherwise that is 409 " +
          "`BRANCH_BUSY`. It overrides neither protection nor children.",
      }),
      false,
    ),
  }),
  view: "deletedBranch",
  errors: ["BRANCH_NOT_FOUND", "BRANCH_PROTECTED", "BRANCH_HAS_CHILDREN", "BRANCH_BUSY"],
  onBranchItself: true,
});
