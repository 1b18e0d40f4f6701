import type { ApiKey, CreatedApiKey, Scope } from "@heliosdb/client";
import { Command, InvalidArgumentError, Option } from "commander";
import { seconds } from "../input/duration.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { words } from "../input/words.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session/session.js";

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
];
const MADE: readonly Field<CreatedApiKey>[] = [{ heading: "key", value: (made) => made.key }, ...ONE];

const SCOPES: readonly Scope[] = ["read", "write", "merge", "admin"];

export function keysCommand(): Command {
  return new Command("keys")
    .alias("key")
    .description("API keys of the tenant; all this needs the scope admin.")
    .addCommand(list())
    .addCommand(get())
    .addCommand(create())
    .addCommand(rename())
    .addCommand(rotate())
    .addCommand(revoke());
}

function list(): Command {
  return new Command("list")
    .description("List keys, revoked ones included, newest first; never the keys themselves.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.auth.keys.list(), LIST);
      }),
    );
}

function get(): Command {
  return new Command("get")
    .description("Show what a key may do and when it ends.")
    .argument("<id>", "id of the key: k_…")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.get(id), ONE);
      }),
    );
}

function scopes(text: string): readonly Scope[] {
  return words(text).map((word) => {
    const scope = SCOPES.find((known) => known === word);
    if (!scope) throw new InvalidArgumentError(`"${word}" is none of ${SCOPES.join(", ")}.`);
    return scope;
  });
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
    .description("Make a key. It is written this once.")
    .argument("<name>", "what it is for")
    .addOption(
      new Option("--scopes <scopes>", `what it may do: some of ${SCOPES.join(", ")}, separated by commas`)
        .argParser(scopes)
        .makeOptionMandatory(),
    )
    .option("--user <id>", "whom it speaks for; a user's role bounds it (default: you)")
    .option("--tenant <name>", "for another tenant, with the server's own key")
    .addOption(new Option("--branches <globs>", "the only branches it sees: feature-*,dev").argParser(words))
    .addOption(
      new Option("--tables <names>", "the only tables whose rows it reads and writes; it then sends no SQL").argParser(
        words,
      ),
    )
    .addOption(new Option("--expires <age>", "when it ends, from now: 12h, 30d (default: never)").argParser(seconds))
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
    .description("Give a key another name.")
    .argument("<id>", "id of the key: k_…")
    .argument("<name>", "its new name")
    .action((id: string, name: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.keys.rename(id, name), ONE);
      }),
    );
}

function rotate(): Command {
  return new Command("rotate")
    .description("Give a key another secret, with the same id and rights. It is written this once.")
    .argument("<id>", "id of the key: k_…")
    .addOption(
      new Option("--grace <age>", "how long the old secret still holds: 1h (default: not at all)").argParser(seconds),
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
    .description("End a key at once, with the tokens that it was exchanged for.")
    .argument("<id>", "id of the key: k_…")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        const { name } = await client.auth.keys.revoke(id);
        note(`Revoked ${id} (${name})`);
      }),
    );
}
