import type { MergeStrategy } from "@heliosdb/port";
import { operation, queryOf } from "../operations/operation.js";
import {
  boolean,
  custom,
  described,
  integer,
  integerParameter,
  named,
  objectOf,
  optional,
  text,
  withDefault,
  word,
} from "../shape/index.js";
import { invalid, refused } from "../shape/invalid.js";
import { point } from "../values/point.js";

const TAG = "Branches";

export const branchPath = objectOf({
  branch: text({ description: "Name or id of the branch.", example: "main" }),
});

export const listBranches = operation({
  id: "listBranches",
  method: "GET",
  path: "/v1/branches",
  tag: TAG,
  summary: "List branches",
  description:
    "Without parameters, the tutorial's dialect lists all branches, oldest first; the spec's lists 20 a page, newest first.",
  access: "read",
  rate: "read",
  query: queryOf(
    {
      status: optional(word(["all", "active", "merged"], { description: "Which branches.", default: "all" })),
      page: optional(integerParameter({ description: "1-based.", minimum: 1, maximum: 1_000_000 })),
      limit: optional(integerParameter({ description: "Branches a page.", minimum: 1, maximum: 100 })),
      sort: optional(word(["created_at", "updated_at", "name"], { description: "Default `created_at`." })),
      order: optional(word(["asc", "desc"])),
    },
    { order_by: "sort", offset: "page", per_page: "limit", state: "status" },
  ),
  view: "branchList",
  dialectDefaults: { spec: { page: 1, limit: 20, sort: "created_at", order: "desc" } },
});

const branchName = text({
  description: "1 to 100 letters, digits, hyphens and underscores, starting with a letter or digit.",
  example: "feature-user-auth",
});

export const createBranch = operation({
  id: "createBranch",
  method: "POST",
  path: "/v1/branches",
  tag: TAG,
  summary: "Create a branch",
  description: "From the newest state of its parent, or from any moment of the parent's history. Copies nothing.",
  access: "write",
  rate: "branch",
  status: 201,
  body: named(
    "CreateBranchRequest",
    objectOf(
      {
        name: branchName,
        parent: optional(text({ description: "Name or id of the parent. Default `main`.", example: "main" })),
        snapshot_id: optional(described("The moment to branch from. Default now.", point)),
        options: optional(
          named(
            "BranchOptions",
            objectOf({
              read_only: withDefault(boolean({ description: "Refuse every write and every merge into it." }), false),
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
        hints: { branch: "name", from: "parent", source: "parent", timestamp: "snapshot_id", at: "snapshot_id" },
      },
    ),
  ),
  view: "branch",
  errors: [
    "FIELD_CONFLICT",
    "INVALID_BRANCH_NAME",
    "INVALID_POINT",
    "BRANCH_NOT_FOUND",
    "SNAPSHOT_NOT_FOUND",
    "BRANCH_EXISTS",
    "POINT_IN_FUTURE",
    "POINT_BEFORE_HISTORY",
    "POINT_EXPIRED",
  ],
});

export const getBranch = operation({
  id: "getBranch",
  method: "GET",
  path: "/v1/branches/{branch}",
  tag: TAG,
  summary: "Get a branch",
  access: "read",
  rate: "read",
  params: branchPath,
  view: "branch",
  errors: ["BRANCH_NOT_FOUND"],
});

export const deleteBranch = operation({
  id: "deleteBranch",
  method: "DELETE",
  path: "/v1/branches/{branch}",
  tag: TAG,
  summary: "Delete a branch",
  description: "`main`, protected branches and branches that others fork from can't be deleted.",
  access: "write",
  rate: "write",
  params: branchPath,
  view: "deletedBranch",
  errors: ["BRANCH_NOT_FOUND", "BRANCH_PROTECTED", "BRANCH_HAS_CHILDREN"],
  onBranchItself: true,
});

/** The words of both documents, in lower case. */
const STRATEGIES: { readonly [word: string]: MergeStrategy } = {
  auto: "auto",
  ours: "target",
  theirs: "source",
  manual: "manual",
  source_wins: "source",
  target_wins: "target",
  abort: "abort",
};

const strategy = named(
  "MergeStrategy",
  custom<MergeStrategy>(
    {
      type: "string",
      enum: ["Auto", "Ours", "Theirs", "Manual", "source_wins", "target_wins", "manual", "abort"],
      description:
        "What to do where both sides changed one value. `Auto`: the newer write wins. `Ours`, `target_wins`: the " +
        "target's value. `Theirs`, `source_wins`: the source's. `Manual`: fail and list every conflict. `abort`: fail " +
        "on the first. In any letter case.",
    },
    (value, path) => {
      if (typeof value !== "string") throw invalid(path, "a text", value);
      const word = value.toLowerCase();
      if (!Object.hasOwn(STRATEGIES, word)) {
        throw refused(path, "must be one of Auto, Ours, Theirs, Manual, source_wins, target_wins, abort");
      }
      return STRATEGIES[word]!;
    },
  ),
);

export const mergeBranch = operation({
  id: "mergeBranch",
  method: "POST",
  path: "/v1/branches/{branch}/merge",
  tag: TAG,
  summary: "Merge a branch into another",
  description:
    "A three-way merge, value by value, of the branch in the path (the source) into the target, as one commit. Merging " +
    "again with nothing new merges 0.",
  access: "merge",
  rate: "heavy",
  params: branchPath,
  body: named(
    "MergeRequest",
    objectOf(
      {
        target: text({ description: "Name or id of the branch to merge into.", example: "main" }),
        strategy: optional(described("Default `Auto`.", strategy)),
        delete_source_after_merge: withDefault(boolean(), false),
        merge_message: optional(text({ maxLength: 10_000, description: "Stands in the target's history." })),
        dry_run: withDefault(boolean({ description: "Report what would happen, and change nothing." }), false),
        if_target_scn: optional(
          integer({ minimum: 0, format: "int64", description: "Fail if the target has moved on from this SCN." }),
        ),
      },
      {
        aliases: { target_branch: "target", conflict_resolution: "strategy" },
        hints: { into: "target", message: "merge_message", delete_source: "delete_source_after_merge" },
        example: { target: "main", strategy: "Auto" },
      },
    ),
  ),
  view: "merge",
  errors: [
    "FIELD_CONFLICT",
    "BRANCH_READ_ONLY",
    "BRANCH_PROTECTED",
    "BRANCH_NOT_FOUND",
    "QUERY_TIMEOUT",
    "MERGE_CONFLICT",
    "MERGE_CONSTRAINT",
    "TARGET_MOVED",
    "INVALID_MERGE",
    "TABLE_NOT_VERSIONED",
    "RESOURCE_LIMIT",
  ],
});
