import type { Role, User } from "@heliosdb/client";
import { Command } from "commander";
import { UsageError } from "../errors/exit-codes.js";
import { fieldOption } from "../input/field-option.js";
import { idempotencyOption, type RepeatableCommand } from "../input/idempotency-option.js";
import { onOff } from "../input/on-off.js";
import { type Field, note } from "../output/writer.js";
import { confirm, yesOption } from "../session/confirm.js";
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
    .description("Manage the tenant's users. A user's role limits the user's keys and tokens. Needs the scope admin.")
    .addCommand(list())
    .addCommand(get())
    .addCommand(create())
    .addCommand(update())
    .addCommand(remove());
}

function list(): Command {
  return new Command("list")
    .description("List users, including disabled ones, oldest first.")
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
    .description("Create a user. The role limits all keys and tokens of that user id.")
    .argument("<id>", "id of the user in keys and tokens, such as an e-mail address")
    .addOption(fieldOption("createUser.role", "--role <role>").makeOptionMandatory())
    .addOption(fieldOption("createUser.name", "--name <name>", { help: "name of the user (default: the id)" }))
    .addOption(fieldOption("createUser.email", "--email <address>"))
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
    .description("Change a user, effective with the next request. Options that are left out change nothing.")
    .argument("<id>", "id of the user")
    .addOption(fieldOption("updateUser.role", "--role <role>"))
    .addOption(fieldOption("updateUser.name", "--name <name>"))
    .addOption(
      fieldOption("updateUser.email", "--email <address>", { help: 'e-mail address of the user; "" removes it' }),
    )
    .addOption(
      fieldOption("updateUser.disabled", "--disabled <on|off>", {
        help: "while on, none of the user's keys and tokens are valid",
        parse: onOff,
      }),
    )
    .action((id: string, options: UpdateOptions, command: Command) => {
      if (Object.keys(options).length === 0)
        throw new UsageError("Nothing to change. Give at least one option (see --help).");
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
    .addOption(yesOption())
    .action((id: string, _options: unknown, command: Command) =>
      withSession(command, null, async ({ client }) => {
        await confirm(command, `Delete user ${id} and revoke all keys of it?`);
        await client.auth.users.delete(id);
        note(`Deleted ${id}`);
      }),
    );
}
