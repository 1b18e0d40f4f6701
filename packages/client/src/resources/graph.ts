import { type Moment, wireTime } from "../arguments/time.js";
import { type CommitDensity, densityOf, type Graph, graphOf } from "../results/graph.js";
import type { CallOptions } from "../transport/options.js";
import type { Transport } from "../transport/transport.js";
import { bodyOf, pathOf } from "./parts.js";

export interface ReadGraph extends CallOptions {
  /** Only commits, and branches that still existed, from this time on. */
  readonly from?: Moment;
  /** Only commits and branches that were made up to this time; a whole second means up to its end. */
  readonly until?: Moment;
  /** Only these branches: names, ids, or names with `*`. */
  readonly branches?: readonly string[];
  /** Also show deleted branches that can still be undeleted. */
  readonly includeDeleted?: boolean;
  /** Number of branches: 1,000 by default, at most 5,000. Those that changed last come first. */
  readonly maxBranches?: number;
  /** Number of groups of one branch: 200 by default, at most 2,000. */
  readonly maxGroupsPerBranch?: number;
  /** Number of groups of all branches together: 5,000 by default, at most 20,000. */
  readonly maxGroups?: number;
}

export interface ReadDensity extends CallOptions {
  /** Beginning of the first part. Default: the oldest commit. */
  readonly from?: Moment;
  /** End of the last part; a whole second means its end. Default: the newest commit. */
  readonly until?: Moment;
  /** Number of equal parts of that time: 200 by default, at most 5,000. */
  readonly buckets?: number;
}

/** @internal */
export async function graph(transport: Transport, options: ReadGraph): Promise<Graph> {
  const { from, until, branches, includeDeleted, maxBranches, maxGroupsPerBranch, maxGroups } = options;
  const { data } = await transport.api.GET("/v1/graph", {
    params: {
      query: {
        from: from === undefined ? undefined : wireTime(from),
        until: until === undefined ? undefined : wireTime(until),
        branches: branches?.join(","),
        include_deleted: includeDeleted,
        max_branches: maxBranches,
        max_groups_per_branch: maxGroupsPerBranch,
        max_groups: maxGroups,
      },
    },
    fetch: transport.call({ idempotent: true }, options),
  });
  return graphOf(bodyOf(data));
}

/** @internal */
export async function density(transport: Transport, branch: string, options: ReadDensity): Promise<CommitDensity> {
  const { from, until, buckets } = options;
  const { data } = await transport.api.GET("/v1/branches/{branch}/density", {
    params: {
      path: pathOf({ branch }),
      query: {
        from: from === undefined ? undefined : wireTime(from),
        until: until === undefined ? undefined : wireTime(until),
        buckets,
      },
    },
    fetch: transport.call({ idempotent: true }, options),
  });
  return densityOf(bodyOf(data));
}
