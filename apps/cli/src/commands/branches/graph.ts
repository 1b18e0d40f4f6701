import type { CommitDensity, GraphBranch } from "@heliosdb/client";
import { Command } from "commander";
import { branchAlone } from "../../input/branch-option.js";
import { fieldOption } from "../../input/field-option.js";
import { type Field, note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";
import { watched, watchOption } from "../../session/watch.js";

const BRANCHES: readonly Field<GraphBranch>[] = [
  { heading: "name", value: (branch) => branch.name },
  { heading: "parent", value: (branch) => branch.parent },
  { heading: "fork scn", value: (branch) => branch.fork.scn },
  { heading: "head scn", value: (branch) => branch.head.scn },
  { heading: "state", value: (branch) => branch.state },
  { heading: "commits", value: (branch) => branch.commits },
  { heading: "first", value: (branch) => branch.groups[0]?.first.timestamp },
  { heading: "last", value: (branch) => branch.groups.at(-1)?.last.timestamp },
  { heading: "merged from", value: mergesText },
];

const BUCKETS: readonly Field<CommitDensity["buckets"][number]>[] = [
  { heading: "from", value: ({ from }) => from },
  { heading: "until", value: ({ until }) => until },
  { heading: "commits", value: ({ commits }) => commits },
  { heading: "first scn", value: ({ first }) => first.scn },
  { heading: "last scn", value: ({ last }) => last.scn },
];

interface GraphOptions {
  readonly from?: string;
  readonly until?: string;
  readonly only?: string;
  readonly deleted?: boolean;
  readonly maxBranches?: number;
  readonly maxGroupsPerBranch?: number;
  readonly maxGroups?: number;
}

export function graph(): Command {
  return new Command("graph")
    .description("Show branches with their forks, commits and merges. As JSON, with every group of commits.")
    .addOption(fieldOption("getGraph.from", "--from <time>"))
    .addOption(fieldOption("getGraph.until", "--until <time>"))
    .addOption(fieldOption("getGraph.branches", "--only <branches>"))
    .addOption(fieldOption("getGraph.include_deleted", "--deleted"))
    .addOption(fieldOption("getGraph.max_branches", "--max-branches <number>"))
    .addOption(fieldOption("getGraph.max_groups_per_branch", "--max-groups-per-branch <number>"))
    .addOption(fieldOption("getGraph.max_groups", "--max-groups <number>"))
    .addOption(watchOption())
    .action(({ only, deleted: includeDeleted, ...options }: GraphOptions, command: Command) =>
      withSession(command, null, ({ client, writer }) =>
        watched(command, async () => {
          const { from, until, maxBranches, maxGroupsPerBranch, maxGroups } = options;
          const bounds = { from, until, includeDeleted, maxBranches, maxGroupsPerBranch, maxGroups };
          const found = await client.branches.graph({ ...bounds, branches: only?.split(",") });
          writer.lists(found, found.branches, BRANCHES);
          if (found.moreBranches > 0) note(`Left out ${found.moreBranches} branches (see --max-branches)`);
        }),
      ),
    );
}

interface DensityOptions {
  readonly from?: string;
  readonly until?: string;
  readonly buckets?: number;
}

export function density(): Command {
  return new Command("density")
    .description("Count the commits of a branch's history in equal parts of a time.")
    .argument("[branch]", "name or id (default: as for --branch of other commands)")
    .addOption(fieldOption("getDensity.from", "--from <time>"))
    .addOption(fieldOption("getDensity.until", "--until <time>"))
    .addOption(fieldOption("getDensity.buckets", "--buckets <number>"))
    .action((name: string | undefined, { from, until, buckets }: DensityOptions, command: Command) => {
      const branch = branchAlone(name);
      return withSession(command, branch, async ({ client, writer }) => {
        const found = await client.branches.density(branch, { from, until, buckets });
        writer.lists(found, found.buckets, BUCKETS);
      });
    });
}

/** Names of the merged branches, the last one first. */
function mergesText({ groups }: GraphBranch): string {
  const names = groups.toReversed().flatMap(({ merges }) => merges.map(({ branch, branchId }) => branch ?? branchId));
  return [...new Set(names)].join(", ");
}
