import type { HeliosDBClient } from "@heliosdb/client";
import { Command, Option } from "commander";
import { UsageError } from "../../errors/exit-codes.js";
import { expiry, expiryOrNever } from "../../input/expiry.js";
import { idempotencyOption, type RepeatableCommand } from "../../input/idempotency-option.js";
import { jsonObject } from "../../input/json.js";
import { onOff } from "../../input/on-off.js";
import { note } from "../../output/writer.js";
import { withSession } from "../../session/session.js";
import { DELETED, DETAILS, FULL, SHORT } from "./fields.js";

type Status = "all" | "active" | "merged" | "deleted";

export function list(): Command {
  return new Command("list")
    .description("List all branches but deleted ones, oldest first.")
    .addOption(new Option("--status <status>", "only these").choices(["all", "active", "merged", "deleted"]))
    .action(({ status }: { status?: Status }, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list((await client.branches.list({ status })).branches, status === "deleted" ? DELETED : SHORT);
      }),
    );
}

interface CreateOptions {
  readonly from: string;
  readonly asOf?: string;
  readonly readOnly?: boolean;
  readonly displayName?: string;
  readonly metadata?: Record<string, unknown>;
  readonly expires?: Date | number | string;
}

export function create(): Command {
  return new Command("create")
    .description("Fork a branch; nothing is copied, however big its parent is.")
    .argument("<name>")
    .option("--from <branch>", "the parent", "main")
    .option("--as-of <point>", "the moment of the parent's history to fork from (default: now)")
    .option("--read-only", "refuse every write and every merge into it")
    .option("--display-name <text>", "a name for people, of any characters")
    .addOption(metadataOption("what its owners keep with it: a JSON object"))
    .addOption(expiresOption().argParser(expiry))
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
    .option("--stats", "add what takes longer: sizes, changes since the fork, commits ahead of and behind the parent")
    .option("--deleted", "find it by its id though it was deleted")
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
    .description("Change a branch's name or settings; what is left out stays as it is.")
    .argument("<branch>", "name or id")
    .option("--name <name>", "a new name")
    .option("--display-name <text>", 'a name for people; "" takes it away')
    .addOption(metadataOption("a JSON object in place of all metadata there was"))
    .addOption(expiresOption('; "never" keeps it for good').argParser(expiryOrNever))
    .addOption(new Option("--read-only <on|off>", "refuse every write and every merge into it").argParser(onOff))
    .addOption(
      new Option("--protected <on|off>", "refuse direct writes, restores, resets and deletion").argParser(onOff),
    )
    .action((branch: string, options: UpdateOptions, command: Command) => {
      if (Object.keys(options).length === 0) throw new UsageError("name something to change (see --help)");
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
    .description("Delete a branch. The default branch, and one that others fork from, can't be deleted.")
    .argument("<branch>", "name or id")
    .action((branch: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await client.branches.delete(branch);
        note(`Deleted ${branch}`);
      }),
    );
}

export function undelete(): Command {
  return new Command("undelete")
    .description("Bring a deleted branch back, as it was.")
    .argument("<branch>", "its id, or its name where just one deleted branch has it")
    .option("--name <name>", "a new name, for where its own was taken meanwhile")
    .addOption(idempotencyOption())
    .action((branch: string, options: { name?: string } & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.branches.undelete(await deletedId(client, branch), options), FULL);
      }),
    );
}

/**
 * The id of the deleted branch of a name, or else of the branch that has the name, so that a repeated request names the
 * branch which the first one brought back; what is no such name is left for the server to judge.
 */
async function deletedId(client: HeliosDBClient, branch: string): Promise<string> {
  const idsIn = async (status?: Status) =>
    (await client.branches.list({ status })).branches.filter((one) => one.name === branch).map((one) => one.id);
  const ids = await idsIn("deleted");
  if (ids.length > 1) throw new UsageError(`${ids.length} deleted branches are named ${branch}: ${ids.join(", ")}`);
  return ids[0] ?? (await idsIn())[0] ?? branch;
}

function metadataOption(description: string): Option {
  return new Option("--metadata <json>", description).argParser((text: string) => jsonObject("--metadata", text));
}

function expiresOption(more = ""): Option {
  const forms = "seconds since 1970, ISO 8601, or from now as in 12h or 7d";
  return new Option("--expires <when>", `when it is deleted by itself: ${forms}${more}`);
}
