import type { HeliosDBClient } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../../errors/exit-codes.js";
import { asOfOption } from "../../input/branch-option.js";
import { EXPIRY, expiry, expiryOrNever } from "../../input/expiry.js";
import { fieldOption } from "../../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../../input/idempotency-option.js";
import { jsonObject } from "../../input/json.js";
import { onOff } from "../../input/on-off.js";
import { note } from "../../output/writer.js";
import { confirm, yesOption } from "../../session/confirm.js";
import { withSession } from "../../session/session.js";
import { watched, watchOption } from "../../session/watch.js";
import { DELETED, DETAILS, FULL, SHORT } from "./fields.js";

type Status = "all" | "active" | "merged" | "deleted";

export function list(): Command {
  return new Command("list")
    .description("List all branches except deleted ones, oldest first.")
    .addOption(fieldOption("listBranches.status", "--status <status>"))
    .addOption(watchOption())
    .action(({ status }: { status?: Status }, command: Command) =>
      withSession(command, null, ({ client, writer }) =>
        watched(command, async () => {
          writer.list((await client.branches.list({ status })).branches, status === "deleted" ? DELETED : SHORT);
        }),
      ),
    );
}

interface CreateOptions {
  readonly from?: string;
  readonly asOf?: string;
  readonly readOnly?: boolean;
  readonly displayName?: string;
  readonly metadata?: Record<string, unknown>;
  readonly expires?: Date | number | string;
}

export function create(): Command {
  return new Command("create")
    .description("Create a branch by forking another. Nothing is copied.")
    .argument("<name>")
    .addOption(fieldOption("createBranch.parent", "--from <branch>"))
    .addOption(asOfOption("createBranch.snapshot_id"))
    .addOption(fieldOption("createBranch.options.read_only", "--read-only"))
    .addOption(fieldOption("createBranch.display_name", "--display-name <text>"))
    .addOption(fieldOption("createBranch.metadata", "--metadata <json>", { parse: metadata }))
    .addOption(fieldOption("createBranch.expires_at", "--expires <when>", { forms: EXPIRY, parse: expiry }))
    .addOption(idempotencyOption())
    .action((name: string, options: CreateOptions & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const { from, expires, ...settings } = options;
        const request = { ...settings, name, sourceBranch: from, expiresAt: expires };
        writer.one(await client.branches.create(request), FULL);
      }),
    );
}

export function get(): Command {
  return new Command("get")
    .description("Show one branch.")
    .argument("<branch>", "name or id")
    .addOption(fieldOption("getBranch.include_stats", "--stats"))
    .addOption(fieldOption("getBranch.include_deleted", "--deleted"))
    .action((branch: string, { stats, deleted }: { stats?: boolean; deleted?: boolean }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        const found = await client.branches.get(branch, { includeStats: stats, includeDeleted: deleted });
        writer.one(found, stats ? [...FULL, ...DETAILS] : FULL);
      }),
    );
}

interface UpdateOptions {
  readonly name?: string;
  readonly displayName?: string;
  readonly metadata?: Record<string, unknown>;
  readonly expires?: Date | number | string;
  readonly readOnly?: boolean;
  readonly protected?: boolean;
}

export function update(): Command {
  return new Command("update")
    .description("Change a branch's name or settings. Options that are left out change nothing.")
    .argument("<branch>", "name or id")
    .addOption(fieldOption("updateBranch.name", "--name <name>"))
    .addOption(
      fieldOption("updateBranch.display_name", "--display-name <text>", { help: 'display name; "" removes it' }),
    )
    .addOption(fieldOption("updateBranch.metadata", "--metadata <json>", { forms: "a JSON object", parse: metadata }))
    .addOption(
      fieldOption("updateBranch.expires_at", "--expires <when>", {
        help: `when the branch expires and is deleted: ${EXPIRY}; "never" removes the expiry`,
        parse: expiryOrNever,
      }),
    )
    .addOption(fieldOption("updateBranch.read_only", "--read-only <on|off>", { parse: onOff }))
    .addOption(fieldOption("updateBranch.is_protected", "--protected <on|off>", { parse: onOff }))
    .action((branch: string, options: UpdateOptions, command: Command) => {
      if (Object.keys(options).length === 0)
        throw new UsageError("Nothing to change. Give at least one option (see --help).");
      const { displayName, expires, protected: isProtected, ...settings } = options;
      return withSession(command, null, async ({ client, writer }) => {
        const changed = await client.branches.update(branch, {
          ...settings,
          displayName: displayName === "" ? null : displayName,
          expiresAt: expires === "never" ? null : expires,
          isProtected,
        });
        writer.one(changed, FULL);
      });
    });
}

export function remove(): Command {
  return new Command("delete")
    .description("Delete a branch. The default branch and branches with children can't be deleted.")
    .argument("<branch>", "name or id")
    .addOption(fieldOption("deleteBranch.force", "--force"))
    .addOption(yesOption())
    .action((branch: string, { force }: { force?: boolean }, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await confirm(command, `Delete branch ${branch}?`);
        await client.branches.delete(branch, { force });
        note(`Deleted ${branch}`);
      }),
    );
}

export function undelete(): Command {
  return new Command("undelete")
    .description("Undelete a branch.")
    .argument("<branch>", "id of the branch, or its name if only one deleted branch has it")
    .addOption(fieldOption("undeleteBranch.name", "--name <name>"))
    .addOption(idempotencyOption())
    .action((branch: string, options: { name?: string } & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.branches.undelete(await deletedId(client, branch), options), FULL);
      }),
    );
}

/**
 * The id of the deleted branch with a name. If there is none, the id of the live branch with that name, so that a
 * repeated request names the branch that the first one undeleted. Any other text is passed to the server unchanged.
 */
async function deletedId(client: HeliosDBClient, branch: string): Promise<string> {
  const idsIn = async (status?: Status) =>
    (await client.branches.list({ status })).branches.filter((one) => one.name === branch).map((one) => one.id);
  const ids = await idsIn("deleted");
  if (ids.length > 1)
    throw new UsageError(
      `${ids.length} deleted branches are named ${branch}. Give one of their ids: ${ids.join(", ")}.`,
    );
  return ids[0] ?? (await idsIn())[0] ?? branch;
}

function metadata(text: string): Record<string, unknown> {
  return jsonObject("--metadata", text);
}
