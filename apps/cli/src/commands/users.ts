import type { Role, User } from "@heliosdb/client";
import { Command, Option } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { onOff } from "../input/on-off.js";
import { type Field, note } from "../output/writer.js";
import { withSession } from "../session/session.js";

const FIELDS: readonly Field<User>[] = [
  { heading: "id", value: (user) => user.id },
  { heading: "name", value: (user) => user.name },
  { heading: "email", value: (user) => user.email },
  { heading: "role", value: (user) => user.role },
  { heading: "disabled", value: (user) => user.disabledAt },
  { heading: "created", value: (user) => user.createdAt },
];

export function usersCommand(): Command {
  return new Command("users")
    .alias("user")
    .description("Users of the tenant, whose roles bound their keys and tokens; all this needs the scope admin.")
    .addCommand(list())
    .addCommand(get())
    .addCommand(create())
    .addCommand(update())
    .addCommand(remove());
}

function roleOption(): Option {
  return new Option(
    "--role <role>",
    "viewer reads; editor writes, too; maintainer merges into protected branches, too; admin does everything",
  ).choices(["viewer", "editor", "maintainer", "admin"]);
}

function list(): Command {
  return new Command("list")
    .description("List users, disabled ones included, oldest first.")
    .action((_options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.list(await client.auth.users.list(), FIELDS);
      }),
    );
}

function get(): Command {
  return new Command("get")
    .description("Show a user.")
    .argument("<id>", "id of the user")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.users.get(id), FIELDS);
      }),
    );
}

interface CreateOptions extends RepeatableCommand {
  readonly role: Role;
  readonly name?: string;
  readonly email?: string;
}

function create(): Command {
  return new Command("create")
    .description("Make a user. From then on the role bounds every key and token of that user id.")
    .argument("<id>", "what keys and tokens call the user by, such as an e-mail address")
    .addOption(roleOption().makeOptionMandatory())
    .option("--name <name>", "default: the id")
    .option("--email <address>", "an e-mail address")
    .addOption(idempotencyOption())
    .action((id: string, options: CreateOptions, command: Command) => {
      const { name = id, email, role, idempotencyKey } = options;
      return withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.users.create({ id, name, email, role, idempotencyKey }), FIELDS);
      });
    });
}

interface UpdateOptions {
  readonly role?: Role;
  readonly name?: string;
  readonly email?: string;
  readonly disabled?: boolean;
}

function update(): Command {
  return new Command("update")
    .description("Change a user; what is left out stays as it is. It holds for the user's next request already.")
    .argument("<id>", "id of the user")
    .addOption(roleOption())
    .option("--name <name>", "another name")
    .option("--email <address>", 'another e-mail address; "" takes it away')
    .addOption(
      new Option("--disabled <on|off>", "none of the user's keys and tokens hold while it is on").argParser(onOff),
    )
    .action((id: string, options: UpdateOptions, command: Command) => {
      if (Object.keys(options).length === 0) throw new UsageError("name something to change (see --help)");
      const { email, ...others } = options;
      return withSession(command, null, async ({ client, writer }) => {
        writer.one(await client.auth.users.update(id, { ...others, email: email === "" ? null : email }), FIELDS);
      });
    });
}

function remove(): Command {
  return new Command("delete")
    .description("Delete a user and revoke all of the user's keys.")
    .argument("<id>", "id of the user")
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await client.auth.users.delete(id);
        note(`Deleted ${id}`);
      }),
    );
}
