import type { ApiKey, CreatedApiKey, Scope } from "@heliosdb/client";
import { Command } from "commander";
import { seconds } from "../input/duration.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { type Field, note } from "../output/writer.js";
import { confirm, yesOption } from "../session/confirm.js";
import { withSession } from "../session/session.js";
import { signingSecretCommand } from "./signing-secret.js";

const LIST: readonly Field<ApiKey>[] = [
  { heading: "id", value: (key) => key.id },
  { heading: "name", value: (key) => key.name },
  { heading: "user", value: (key) => key.userId },
  { heading: "scopes", value: (key) => key.scopes.join(" ") },
  { heading: "branches", value: (key) => key.branches?.join(" ") ?? null },
  { heading: "tables", value: (key) => key.tables?.join(" ") ?? null },
  { heading: "expires", value: (key) => key.expiresAt },
  { heading: "revoked", value: (key) => key.revokedAt },
];
const ONE: readonly Field<ApiKey>[] = [
  ...LIST,
  { heading: "tenant", value: (key) => key.tenantId },
  { heading: "created", value: (key) => key.createdAt },
  { heading: "rotated", value: (key) => key.rotatedAt },
  { heading: "signing secret", value: (key) => key.signingSecretAt },
];
const MADE: readonly Field<CreatedApiKey>[] = [{ heading: "key", value: (made) => made.key }, ...ONE];

export function keysCommand(): Command {
  return new Command("keys")
    .alias("key")
    .description("Manage the tenant's API keys. Needs the scope admin.")
    .addCommand(list())
    .addCommand(get())
    .addCommand(create())
    .addCommand(rename())
    .addCommand(rotate())
    .addCommand(signingSecretCommand())
    .addCommand(revoke());
}

function list(): Command {
  return new Command("list")
    .description("List keys, including revoked ones, newest first. The secrets are never shown.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.auth.keys.list(), LIST);
      }),
    );
}

function get(): Command {
  return new Command("get")
    .description("Show a key's permissions and expiry.")
    .argument("<id>", "id of the key (k_…)")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.get(id), ONE);
      }),
    );
}

interface CreateOptions extends RepeatableCommand {
  readonly scopes: readonly Scope[];
  readonly user?: string;
  readonly tenant?: string;
  readonly branches?: readonly string[];
  readonly tables?: readonly string[];
  readonly expires?: number;
}

function create(): Command {
  return new Command("create")
    .description("Create a key. It is shown only once.")
    .argument("<name>", "what it is for")
    .addOption(fieldOption("createKey.scopes", "--scopes <scopes>").makeOptionMandatory())
    .addOption(fieldOption("createKey.user_id", "--user <id>"))
    .addOption(fieldOption("createKey.tenant_id", "--tenant <name>"))
    .addOption(fieldOption("createKey.branches", "--branches <globs>"))
    .addOption(fieldOption("createKey.tables", "--tables <names>"))
    .addOption(
      fieldOption("createKey.expires_in", "--expires <age>", {
        help: "duration from now until the key expires, such as 12h or 30d (default: never)",
        parse: seconds,
      }),
    )
    .addOption(idempotencyOption())
    .action((name: string, options: CreateOptions, command: Command) => {
      const { scopes, user, tenant, branches, tables, expires, idempotencyKey } = options;
      const request = { name, scopes, branches, tables, expiresIn: expires, idempotencyKey };
      return withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.create({ ...request, userId: user, tenantId: tenant }), MADE);
      });
    });
}

function rename(): Command {
  return new Command("rename")
    .description("Rename a key.")
    .argument("<id>", "id of the key (k_…)")
    .argument("<name>", "its new name")
    .action((id: string, name: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.rename(id, name), ONE);
      }),
    );
}

function rotate(): Command {
  return new Command("rotate")
    .description("Replace a key's secret. The id and permissions stay. The new key is shown only once.")
    .argument("<id>", "id of the key (k_…)")
    .addOption(
      fieldOption("rotateKey.grace", "--grace <age>", {
        help: "how long the old secret stays valid, such as 1h (default: not at all)",
        parse: seconds,
      }),
    )
    .addOption(idempotencyOption())
    .action((id: string, { grace, idempotencyKey }: { grace?: number } & RepeatableCommand, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.rotate(id, { grace, idempotencyKey }), MADE);
      }),
    );
}

function revoke(): Command {
  return new Command("revoke")
    .description("Revoke a key and its tokens immediately.")
    .argument("<id>", "id of the key (k_…)")
    .addOption(yesOption())
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await confirm(command, `Revoke key ${id}?`);
        const { name } = await client.auth.keys.revoke(id);
        note(`Revoked ${id} (${name})`);
      }),
    );
}
