import type { ConflictResolution, MergeResolution, MergeResult } from "@heliosdb/client";
import { Command, Option } from "commander";
import { fieldOption } from "../../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../../input/idempotency-option.js";
import { resolution } from "../../input/resolution.js";
import { mergeInteractively } from "../../merge/interactive-merge.js";
import { conflictText } from "../../output/conflict.js";
import { printable } from "../../output/printable.js";
import { type Field, note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";

const FIELDS: readonly Field<MergeResult>[] = [
  { heading: "merged cleanly", value: (result) => result.mergedKeys },
  { heading: "conflicts", value: (result) => result.conflictCount },
  { heading: "completed", value: (result) => result.completed },
  { heading: "source deleted", value: (result) => result.sourceDeleted },
  { heading: "scn", value: (result) => result.scn },
];

interface MergeOptions {
  readonly strategy?: ConflictResolution;
  readonly resolve?: readonly MergeResolution[];
  readonly deleteSource?: boolean;
  readonly message?: string;
  readonly interactive?: boolean;
  readonly dryRun?: boolean;
  readonly ifTargetScn?: number;
}

export function merge(): Command {
  return new Command("merge")
    .description("Merge a branch into another, value by value, as one commit.")
    .argument("<source>", "branch to take changes from")
    .argument("<target>", "branch to merge them into")
    .addOption(fieldOption("mergeBranch.strategy", "--strategy <strategy>"))
    .addOption(
      fieldOption("mergeBranch.resolutions", "--resolve <conflict=choice>", {
        help:
          "resolve one conflict: TABLE:KEY:COLUMN (without a column the whole row) = source, target or value:JSON; " +
          'a key with a colon or of several columns is JSON, such as users:["x",1]:name=source; repeatable',
      }).argParser((text: string, before: readonly MergeResolution[] = []) => [...before, resolution(text)]),
    )
    .addOption(
      new Option("-i, --interactive", "show each conflict and ask what to do").conflicts(["strategy", "dryRun"]),
    )
    .addOption(fieldOption("mergeBranch.delete_source_after_merge", "--delete-source"))
    .addOption(fieldOption("mergeBranch.merge_message", "--message <text>"))
    .addOption(fieldOption("mergeBranch.dry_run", "--dry-run"))
    .addOption(fieldOption("mergeBranch.if_target_scn", "--if-target-scn <scn>"))
    .addOption(idempotencyOption())
    .action((source: string, target: string, options: MergeOptions & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const request = {
          targetBranch: target,
          idempotencyKey: options.idempotencyKey,
          conflictResolution: options.strategy,
          resolutions: options.resolve,
          deleteAfterMerge: options.deleteSource,
          message: options.message,
          dryRun: options.dryRun,
          ifTargetScn: options.ifTargetScn,
        };
        const result = options.interactive
          ? await mergeInteractively(client, source, request)
          : await client.branches.merge(source, request);
        writer.one(result, FIELDS);
        note(result.message);
        if (options.dryRun) for (const line of conflictLines(result)) note(printable(line));
      }),
    );
}

const SHOWN = 20;

function conflictLines({ conflicts, conflictCount }: MergeResult): string[] {
  const lines = conflicts
    .slice(0, SHOWN)
    .map((one) => conflictText(one.key, one.column, one.sourceValue, one.targetValue));
  return conflictCount > lines.length ? [...lines, `  … and ${conflictCount - lines.length} more`] : lines;
}
