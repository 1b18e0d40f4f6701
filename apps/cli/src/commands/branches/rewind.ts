import type { RestoreResult } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../../errors/exit-codes.js";
import { asOfOption, branchAlone, placeOf } from "../../input/branch-option.js";
import { fieldOption } from "../../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../../input/idempotency-option.js";
import { changesText } from "../../output/changes.js";
import { type Field, note } from "../../output/writer.js";
import { confirm, yesOption } from "../../session/confirm.js";
import { withSession } from "../../session/session.js";
import { FULL } from "./fields.js";

const FIELDS: readonly Field<RestoreResult>[] = [
  { heading: "restored", value: (result) => result.restored },
  { heading: "to scn", value: (result) => result.restoredToScn },
  { heading: "backup", value: (result) => result.backupBranch },
  { heading: "rows", value: (result) => changesText(result.tables) },
  { heading: "scn", value: (result) => result.scn },
];

interface RestoreOptions {
  readonly asOf?: string;
  readonly snapshot?: string;
  readonly backup?: true | string;
  readonly dryRun?: boolean;
  readonly ifScn?: number;
  readonly message?: string;
}

export function restore(): Command {
  return new Command("restore")
    .description("Restore a branch's rows and schema to a point in time, as one commit.")
    .argument("<branch>", "branch, or BRANCH@POINT with the point in time to restore")
    .addOption(asOfOption("restoreBranch.as_of"))
    .option("--snapshot <snapshot>", "id or name of a snapshot to restore, instead of a point in time")
    .addOption(
      fieldOption("restoreBranch.create_backup_branch", "--backup [name]", {
        help: "keep the current state as a branch (default name: BRANCH-backup-SCN)",
      }),
    )
    .addOption(fieldOption("restoreBranch.dry_run", "--dry-run"))
    .addOption(fieldOption("restoreBranch.if_target_scn", "--if-scn <scn>"))
    .addOption(fieldOption("restoreBranch.message", "--message <text>"))
    .addOption(idempotencyOption())
    .action((place: string, options: RestoreOptions & RepeatableCommand, command: Command) => {
      const { branch, asOf } = placeOf({ branch: place, asOf: options.asOf });
      const { snapshot, backup, dryRun, ifScn, message } = options;
      const goal = goalOf(asOf, snapshot);
      return withSession(command, branch, async ({ client, writer }) => {
        const result = await client.branches.restore(branch, {
          ...goal,
          idempotencyKey: options.idempotencyKey,
          createBackupBranch: backup === undefined ? undefined : true,
          backupBranchName: typeof backup === "string" ? backup : undefined,
          dryRun,
          ifTargetScn: ifScn,
          message,
        });
        writer.one(result, FIELDS);
        if (result.dryRun) note("Nothing was changed (--dry-run)");
      });
    });
}

interface ResetOptions {
  readonly to?: "parent" | "self";
  readonly asOf?: string;
  readonly ifScn?: number;
  readonly message?: string;
}

export function reset(): Command {
  return new Command("reset")
    .description("Reset a branch to its parent's state, or to an earlier state of its own, without a commit.")
    .argument("<branch>", "name or id")
    .addOption(fieldOption("resetBranch.to", "--to <whose>"))
    .addOption(asOfOption("resetBranch.as_of"))
    .addOption(fieldOption("resetBranch.if_scn", "--if-scn <scn>"))
    .addOption(fieldOption("resetBranch.message", "--message <text>"))
    .addOption(idempotencyOption())
    .addOption(yesOption())
    .action(
      (
        name: string,
        { yes: _, ...options }: ResetOptions & RepeatableCommand & { yes?: boolean },
        command: Command,
      ) => {
        const branch = branchAlone(name);
        return withSession(command, branch, async ({ client, writer }) => {
          await confirm(command, `Reset ${branch} and take its later commits off its timeline?`);
          writer.one(await client.branches.reset(branch, options), FULL);
        });
      },
    );
}

function goalOf(asOf: string | undefined, snapshot: string | undefined) {
  if (asOf !== undefined && snapshot === undefined) return { asOf };
  if (snapshot !== undefined && asOf === undefined) return { snapshot };
  throw new UsageError("Nothing to restore to. Give either a point in time (BRANCH@POINT or --as-of) or --snapshot.");
}
