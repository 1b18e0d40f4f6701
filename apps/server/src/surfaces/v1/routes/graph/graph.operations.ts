import { booleanParameter, described, integerParameter, optional, withDefault } from "../../../../schema/index.js";
import { operation, queryOf } from "../../operation/operation.js";
import { nameList } from "../../schemas/name-list.js";
import { time, timeEnd } from "../../schemas/time.js";
import { branchPath } from "../branches/branches.operations.js";

const TAG = "History";

/** Bounds of the parameters. */
export const MOST_IN_GRAPH = { branches: 5000, groupsPerBranch: 2000, groups: 20_000, buckets: 5000 } as const;

export const getGraph = operation({
  id: "getGraph",
  method: "GET",
  path: "/v1/graph",
  tag: TAG,
  summary: "Get the graph of branches",
  description:
    "Branches with their forks, and each branch's own commits and resets with merges between branches. Where there are " +
    "more than fit, commits that are close in time are folded into groups. Widths are powers of two microseconds and " +
    "begin at multiples of themselves, so that groups stay the same while the window moves. Of the branches that don't " +
    "fit, those that changed last are shown, with their ancestors.",
  access: "read",
  rate: "query",
  query: queryOf(
    {
      from: optional(
        described(
          "Only commits, and branches that still existed, from this time on: seconds since 1970 or ISO 8601.",
          time,
        ),
      ),
      until: optional(
        described("Only commits and branches that were made up to this time, a whole second up to its end.", timeEnd),
      ),
      branches: optional(
        nameList({
          description: "Only these branches: names, ids, or names with `*`, comma-separated.",
          example: "main,feature-*",
        }),
      ),
      include_deleted: withDefault(
        booleanParameter({ description: "Also show deleted branches that can still be undeleted." }),
        false,
      ),
      max_branches: withDefault(
        integerParameter({ description: "Number of branches.", minimum: 1, maximum: MOST_IN_GRAPH.branches }),
        1000,
      ),
      max_groups_per_branch: withDefault(
        integerParameter({
          description: "Number of groups of one branch.",
          minimum: 1,
          maximum: MOST_IN_GRAPH.groupsPerBranch,
        }),
        200,
      ),
      max_groups: withDefault(
        integerParameter({
          description: "Number of groups of all branches together. A branch with commits always has one.",
          minimum: 1,
          maximum: MOST_IN_GRAPH.groups,
        }),
        5000,
      ),
    },
    { since: "from", before: "until", branch: "branches", deleted: "include_deleted", limit: "max_groups" },
    { to: "until" },
  ),
  view: "graph",
  errors: ["FIELD_CONFLICT", "QUERY_TIMEOUT", "RESULT_TOO_LARGE"],
});

export const getDensity = operation({
  id: "getDensity",
  method: "GET",
  path: "/v1/branches/{branch}/density",
  tag: TAG,
  summary: "Count commits over time",
  description:
    "Counts the commits and resets of a branch's history, its ancestors' before the fork among them, in equal parts of a " +
    "time. Each has the SCNs between which it can be read.",
  access: "read",
  rate: "read",
  params: branchPath,
  query: queryOf(
    {
      from: optional(described("Beginning of the first part. Default: the oldest commit.", time)),
      until: optional(
        described("End of the last part, a whole second up to its end. Default: the newest commit.", timeEnd),
      ),
      buckets: withDefault(
        integerParameter({ description: "Number of parts.", minimum: 1, maximum: MOST_IN_GRAPH.buckets }),
        200,
      ),
    },
    { since: "from", before: "until", limit: "buckets" },
    { to: "until" },
  ),
  view: "density",
  errors: ["FIELD_CONFLICT", "BRANCH_NOT_FOUND", "QUERY_TIMEOUT"],
});
