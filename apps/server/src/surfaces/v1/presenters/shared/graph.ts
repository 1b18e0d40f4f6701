import type { BranchState, CommitPoint, Density, Graph, GraphBranch, GraphGroup } from "@heliosdb/port";
import { COMMIT_TYPES } from "../../../../history/commit-types.js";
import {
  boolean,
  described,
  integer,
  listOf,
  named,
  nullable,
  number,
  objectOf,
  optional,
  text,
  word,
} from "../../../../schema/index.js";
import { scn } from "../../schemas/values.js";
import type { TimeWriter } from "../view/times.js";
import { type Views, view } from "../view/view.js";
import { commitType } from "./history.js";

/** Graphs and densities; the dialects differ only in times and in the words for states. */
export function graphViews<T>(
  prefix: string,
  time: TimeWriter<T>,
  states: Readonly<Record<BranchState, string>>,
): Pick<Views, "graph" | "density"> {
  const point = named(`${prefix}CommitPoint`, objectOf({ scn, timestamp: time.schema }));
  const presentPoint = (at: CommitPoint) => ({ scn: at.scn, timestamp: time.write(at.timestamp) });
  const presentMaybe = (at: CommitPoint | null) => at && presentPoint(at);

  const group = named(
    `${prefix}GraphGroup`,
    objectOf({
      commits: integer({ description: "Number of commits and resets.", example: 12 }),
      first: point,
      last: point,
      types: listOf(commitType, { description: "Types that occur." }),
      merges: listOf(
        named(
          "GraphMerge",
          objectOf({
            branch: nullable(text({ description: "The merged branch; null if it no longer exists.", example: "dev" })),
            branch_id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
            branch_scn: described("The merged state.", scn),
            scn: described("The commit that merged it.", scn),
          }),
        ),
        { description: "The newest merge of each source, newest first; at most 8." },
      ),
      commit: nullable(
        named(
          "GraphCommit",
          objectOf(
            {
              author: text({ example: "alice@example.com" }),
              message: nullable(text()),
              tables: listOf(text(), { description: "The first 10 of them." }),
              table_count: integer({ description: "Number of tables that it changed." }),
              restored_scn: optional(described("For a restore or reset: the state that was restored.", scn)),
            },
            {
              description:
                "What a single commit did, with texts of at most 200 characters. Null for several, and where the response " +
                "would become too large.",
            },
          ),
        ),
      ),
    }),
  );
  const presentGroup = ({ commits, first, last, kinds, merges, commit }: GraphGroup) => ({
    commits,
    first: presentPoint(first),
    last: presentPoint(last),
    types: kinds.map((kind) => COMMIT_TYPES[kind]),
    merges: merges.map((merge) => ({
      branch: merge.source.name,
      branch_id: merge.source.id,
      branch_scn: merge.sourceScn,
      scn: merge.scn,
    })),
    commit: commit && {
      author: commit.author,
      message: commit.message,
      tables: commit.tables,
      table_count: commit.tableCount,
      ...(commit.restoredScn !== null && { restored_scn: commit.restoredScn }),
    },
  });

  const branch = named(
    `${prefix}GraphBranch`,
    objectOf({
      id: text({ example: "br_7k2m9q4w8x3f6a5b" }),
      name: text({ example: "feature-auth" }),
      parent: nullable(text({ description: "Name of the parent; null for main.", example: "main" })),
      parent_id: nullable(text()),
      created_at: time.schema,
      fork: described("The parent's commit that it forks from; for main, its first commit.", point),
      head: described("The newest commit that it sees.", point),
      state: word(Object.values(states)),
      is_default: boolean(),
      is_protected: boolean(),
      expires_at: nullable(time.schema),
      deleted_at: nullable(described("Null for a branch that is not deleted.", time.schema)),
      commits: integer({ description: "Number of its own commits and resets in this time." }),
      folded_seconds: number({
        description: "Width of a group in seconds; 0 if each commit is a group.",
        example: 4.194304,
      }),
      groups: listOf(group, { description: "Oldest first." }),
      truncated: boolean({ description: "True if retention removed earlier commits of it." }),
    }),
  );
  const presentBranch = (each: GraphBranch) => ({
    id: each.id,
    name: each.name,
    parent: each.parent?.name ?? null,
    parent_id: each.parent?.id ?? null,
    created_at: time.write(each.createdAt),
    fork: presentPoint(each.fork),
    head: presentPoint(each.head),
    state: states[each.state],
    is_default: each.isDefault,
    is_protected: each.isProtected,
    expires_at: each.expiresAt === null ? null : time.write(each.expiresAt),
    deleted_at: each.deletedAt === null ? null : time.write(each.deletedAt),
    commits: each.commits,
    folded_seconds: each.foldedUs / 1e6,
    groups: each.groups.map(presentGroup),
    truncated: each.truncated,
  });

  return {
    graph: view(
      named(
        `${prefix}Graph`,
        objectOf({
          branches: listOf(branch, { description: "Oldest first." }),
          more_branches: integer({ description: "Number of branches that were left out." }),
          earliest: nullable(
            described(
              "The first commit of these branches that can be read, whatever the time; null without any.",
              point,
            ),
          ),
          latest: nullable(described("The last one.", point)),
        }),
      ),
      ({ branches, more, earliest, latest }: Graph) => ({
        branches: branches.map(presentBranch),
        more_branches: more,
        earliest: presentMaybe(earliest),
        latest: presentMaybe(latest),
      }),
    ),
    density: view(
      named(
        `${prefix}Density`,
        objectOf({
          from: time.schema,
          until: time.schema,
          commits: integer({ description: "Number of commits and resets in this time." }),
          buckets: listOf(
            named(
              `${prefix}DensityBucket`,
              objectOf({ from: time.schema, until: time.schema, commits: integer(), first: point, last: point }),
            ),
            { description: "Oldest first, without empty ones." },
          ),
          earliest: described("The oldest state of the branch that can be read.", point),
          latest: described("The newest state of the branch.", point),
          truncated: boolean({ description: "True if retention removed earlier history." }),
        }),
      ),
      (density: Density) => ({
        from: time.write(density.from),
        until: time.write(density.until),
        commits: density.commits,
        buckets: density.buckets.map(({ from, until, commits, first, last }) => ({
          from: time.write(from),
          until: time.write(until),
          commits,
          first: presentPoint(first),
          last: presentPoint(last),
        })),
        earliest: presentPoint(density.earliest),
        latest: presentPoint(density.latest),
        truncated: density.truncated,
      }),
    ),
  };
}
