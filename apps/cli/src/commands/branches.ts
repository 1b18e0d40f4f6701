import type { Branch, ConflictResolution, MergeResult } from "@heliosdb/client";
import { Command, Option } from "commander";
import { wholeNumber } from "../input/numbers.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session.js";

const SHORT: readonly Field<Branch>[] = [
  { heading: "name", value: (branch) => branch.name },
  { heading: "parent", value: (branch) => branch.parent },
  { heading: "state", value: (branch) => branch.state },
  { heading: "rows", value: (branch) => branch.stats.rows },
  { heading: "scn", value: (branch) => branch.scn },
  { heading: "updated", value: (branch) => branch.updatedAt },
];

const FULL: readonly Field<Branch>[] = [
  { heading: "id", value: (branch) => branch.id },
  ...SHORT,
  { heading: "created", value: (branch) => branch.createdAt },
  { heading: "forked at", value: (branch) => branch.forkedAt },
  { heading: "protected", value: (branch) => branch.isProtected },
  { heading: "read only", value: (branch) => branch.readOnly },
  { heading: "bytes", value: (branch) => branch.stats.sizeBytes },
];

const MERGE: readonly Field<MergeResult>[] = [
  { heading: "merged", value: (result) => result.mergedKeys },
  { heading: "conflicts", value: (result) => result.conflictCount },
  { heading: "completed", value: (result) => result.completed },
  { heading: "source deleted", value: (result) => result.sourceDeleted },
  { heading: "scn", value: (result) => result.scn },
];

const STRATEGIES: readonly ConflictResolution[] = ["auto", "source_wins", "target_wins", "manual", "abort"];

export function branchesCommand(): Command {
  return new Command("branches")
    .description("List, make, look at, delete and merge branches.")
    .addCommand(list())
    .addCommand(create())
    .addCommand(get())
    .addCommand(remove())
    .addCommand(merge());
}

function list(): Command {
  return new Command("list")
    .description("List all branches, oldest first.")
    .addOption(new Option("--status <status>", "only these").choices(["all", "active", "merged"]))
    .action((options: { status?: "all" | "active" | "merged" }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list((await client.branches.list({ status: options.status })).branches, SHORT);
      }),
    );
}

function create(): Command {
  return new Command("create")
    .description("Fork a branch; nothing is copied, however big its parent is.")
    .argument("<name>")
    .option("--from <branch>", "the parent", "main")
    .option("--as-of <point>", "the moment of the parent's history to fork from (default: now)")
    .option("--read-only", "refuse every write and every merge into it")
    .action((name: string, options: { from: string; asOf?: string; readOnly?: boolean }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const { from, asOf, readOnly } = options;
        writer.one(await client.branches.create({ name, sourceBranch: from, asOf, readOnly }), FULL);
      }),
    );
}

function get(): Command {
  return new Command("get")
    .description("Show one branch.")
    .argument("<branch>", "name or id")
    .action((branch: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.branches.get(branch), FULL);
      }),
    );
}

function remove(): Command {
  return new Command("delete")
    .description("Delete a branch. The default branch, and one that others fork from, can't be deleted.")
    .argument("<branch>", "name or id")
    .action((branch: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await client.branches.delete(branch);
        note(`Deleted ${branch}`);
      }),
    );
}

interface MergeOptions {
  readonly strategy?: ConflictResolution;
  readonly deleteSource?: boolean;
  readonly message?: string;
  readonly dryRun?: boolean;
  readonly ifTargetScn?: number;
}

function merge(): Command {
  return new Command("merge")
    .description("Merge one branch into another, value by value, as one commit.")
    .argument("<source>", "branch to take changes from")
    .argument("<target>", "branch to merge them into")
    .addOption(
      new Option("--strategy <strategy>", "where both changed one value (default: auto, the newer wins)").choices(
        STRATEGIES,
      ),
    )
    .option("--delete-source", "delete the source in the same step")
    .option("--message <text>", "stands in the target's history")
    .option("--dry-run", "report what would happen, and change nothing")
    .option("--if-target-scn <scn>", "fail if the target has moved on from this commit", wholeNumber)
    .action((source: string, target: string, options: MergeOptions, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const result = await client.branches.merge(source, {
          targetBranch: target,
          conflictResolution: options.strategy,
          deleteAfterMerge: options.deleteSource,
          message: options.message,
          dryRun: options.dryRun,
          ifTargetScn: options.ifTargetScn,
        });
        writer.one(result, MERGE);
        note(result.message);
      }),
    );
}
